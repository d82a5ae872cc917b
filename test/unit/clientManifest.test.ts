import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { CLIENT_SETTINGS, COMMANDS, CONTEXT_KEYS, PANELS, SERVER_SETTINGS, VIEWS } from '../../shared/ids.ts';

const ROOT = new URL('../../', import.meta.url);

interface Menu {
  command: string;
  when?: string;
  group: string;
}

interface Manifest {
  icon: string;
  activationEvents: string[];
  capabilities: { untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] } };
  contributes: {
    commands: { command: string; title: string; category: string; icon?: string }[];
    views: Record<string, { id: string; icon: string }[]>;
    viewsContainers: { activitybar: { icon: string }[] };
    viewsWelcome: { view: string; when: string; contents: string }[];
    menus: Record<string, Menu[]>;
    configuration: {
      properties: Record<
        string,
        { default: unknown; scope: string; markdownDescription: string; type: string; order: number }
      >;
    };
    walkthroughs: { steps: { media: { svg: string }; description: string }[] }[];
  };
}

const { contributes, ...manifest } = JSON.parse(
  readFileSync(new URL('package.json', ROOT), 'utf8'),
) as Manifest;
const commands = Object.values(COMMANDS) as string[];

describe('the manifest', () => {
  it('declares exactly the commands of the code, all of one category', () => {
    assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), [...commands].sort());
    assert.deepEqual([...new Set(contributes.commands.map(({ category }) => category))], ['Greenroom']);
  });

  it('declares exactly the views of the code, each with an icon', () => {
    const views = Object.values(contributes.views).flat();
    assert.deepEqual(views.map(({ id }) => id).sort(), Object.values(VIEWS).sort());
    for (const { icon, id } of views) assert.match(icon, /^\$\([a-z-]+\)$/, id);
  });

  it('offers a welcome text for every state of every view', () => {
    for (const view of Object.values(VIEWS)) {
      const conditions = contributes.viewsWelcome
        .filter((each) => each.view === view)
        .map(({ when }) => when);
      for (const state of ['idle', 'starting', 'ready', 'failed', 'stopped']) {
        const matching = conditions.filter((when) => when.includes(`${CONTEXT_KEYS.server} == ${state}`));
        assert.equal(matching.length, 1, `${view} when ${state}`);
      }
    }
  });

  it('links and lists only commands that exist', () => {
    const texts = [
      ...contributes.viewsWelcome.map(({ contents }) => contents),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ description }) => description)),
    ];
    const linked = texts.flatMap((text) => [...text.matchAll(/\(command:([\w.]+)\)/g)].map(([, id]) => id));
    const listed = Object.values(contributes.menus).flatMap((menu) => menu.map(({ command }) => command));
    assert.ok(linked.length > 5 && listed.length > 10);
    for (const command of [...linked, ...listed]) assert.ok(command && commands.includes(command), command);
  });

  it('gives commands with an inline button an icon, at most three in a row, and destructive ones last', () => {
    const rows = contributes.menus['view/item/context'] ?? [];
    for (const { command } of rows.filter(({ group }) => group.startsWith('inline'))) {
      assert.ok(contributes.commands.find((each) => each.command === command)?.icon, command);
    }
    for (const { command, group } of rows) {
      assert.match(group, /^(inline|[1-9]_\w+)@\d+$/);
      if (group.startsWith('inline')) continue;
      const ends = command === COMMANDS.cancelRun || command === COMMANDS.closeSession;
      assert.equal(group.startsWith('9_end'), ends, command);
    }
  });

  it('has each setting of the contract, described, with a default and a scope that no workspace can change', () => {
    const { properties } = contributes.configuration;
    const expected = [...SERVER_SETTINGS, ...CLIENT_SETTINGS].map((name) => `greenroom.${name}`);
    assert.deepEqual(Object.keys(properties).sort(), expected.sort());
    for (const [name, setting] of Object.entries(properties)) {
      assert.notEqual(setting.default, undefined, name);
      assert.equal(setting.scope, 'machine', name);
      assert.match(setting.markdownDescription, /\.$/, name);
    }
  });

  it('declares limited trust and restricts the settings that choose a program or a folder', () => {
    const { untrustedWorkspaces } = manifest.capabilities;
    assert.equal(untrustedWorkspaces.supported, 'limited');
    assert.deepEqual(untrustedWorkspaces.restrictedConfigurations, [
      'greenroom.home',
      'greenroom.browser.executablePath',
    ]);
  });

  it('brings back chat panels after a reload', () => {
    assert.ok(manifest.activationEvents.includes(`onWebviewPanel:${PANELS.chat}`));
  });

  it('names only files that exist', () => {
    const files = [
      manifest.icon,
      ...contributes.viewsContainers.activitybar.map(({ icon }) => icon),
      ...contributes.walkthroughs.flatMap(({ steps }) => steps.map(({ media }) => media.svg)),
    ];
    for (const file of files) assert.ok(existsSync(new URL(file, ROOT)), file);
  });
});
