/** A tree row as plain data, so that what it shows can be tested without an editor. */
export interface Row {
  /** Stable over refreshes and windows. */
  id: string;
  label: string;
  /** The live fact, beside the label. */
  description?: string;
  icon: RowIcon;
  /** Facets for menus, separated by spaces. */
  context: string;
  children: 'none' | 'collapsed' | 'expanded';
  accessibilityLabel: string;
}

/** A product icon and a theme colour. */
export interface RowIcon {
  id: string;
  color?: string;
}
