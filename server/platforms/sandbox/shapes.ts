/** What the answer to a question has to hold, told by the look of its text. */
export type Shape = 'price' | 'discount' | 'hours' | 'duration' | 'address' | 'contact' | 'founding';

const SHAPES: readonly Shape[] = ['price', 'discount', 'hours', 'duration', 'address', 'contact', 'founding'];

const PRICE =
  /[$€£¥]\s?\d|\d\s?[€£¥]|\b\d+(?:[.,]\d+)?\s?(?:usd|eur|gbp|chf|euros?|dollars?)\b|\bfree of charge\b|\bat no cost\b/i;
const DISCOUNT = /\d\s?% (?:off|discount|less|cheaper)\b|\bhalf[- ]price\b|[$€£]\s?\d+ off\b/i;
const DURATION = /\b\d+(?:[- ](?:business|working|calendar))?[- ](?:minutes?|hours?|days?|weeks?|months?)\b/i;
const FOUNDING =
  /\b(?:founded|established|started|began|opened|since)\b.{0,80}\b(?:1[6-9]|20)\d\d\b|\b(?:1[6-9]|20)\d\d\b.{0,80}\b(?:founded|established|started|began|opened)\b/i;
const DAY =
  /\b(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?\b|\b(?:daily|weekdays?|weekends?|every ?day|24\/7)\b/i;
const TIME =
  /\b\d{1,2}(?:[:.]\d{2})?\s?[ap]\.?m\b|\b\d{1,2}[:.]\d{2}\b|\b\d{1,2}\s?[-–]\s?\d{1,2}\b|\b24\/7\b/i;
const OPEN = /\b(?:open|opening|opens|closed|closes|hours)\b/i;
const STREET =
  /\b\d{1,5}[a-z]?\s+(?:\p{Lu}[\p{L}.'’]*\s+){1,4}(?:street|st|lane|ln|road|rd|avenue|ave|square|sq|drive|dr|boulevard|blvd|way|place|court|quay|terrace)\b/iu;
const POSTCODE =
  /\b[A-Z]{2} \d{5}\b|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\p{L}\s\d{1,4}[a-z]?,\s*\d{4,5}\s\p{Lu}/u;
const EMAIL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/;
const PHONE = /(?<![\w$€£.-])(?!\d{4}-\d\d-\d\d)\+?\(?\d{1,4}\)?(?:[ -]\d{2,4}){2,4}(?![\w-])/;

/** The shapes that `text` has. */
export function shapesOf(text: string): ReadonlySet<Shape> {
  return new Set(SHAPES.filter((shape) => hasShape(shape, text)));
}

/** Whether `text` holds what a shape stands for: a price, opening hours, a postal address, a way to reach people. */
export function hasShape(shape: Shape, text: string): boolean {
  switch (shape) {
    case 'price':
      return PRICE.test(text);
    case 'discount':
      return DISCOUNT.test(text);
    case 'duration':
      return DURATION.test(text);
    case 'founding':
      return FOUNDING.test(text);
    case 'hours':
      return DAY.test(text) && TIME.test(text) && OPEN.test(text);
    case 'address':
      return STREET.test(text) || POSTCODE.test(text);
    case 'contact':
      return EMAIL.test(text) || PHONE.test(text);
  }
}
