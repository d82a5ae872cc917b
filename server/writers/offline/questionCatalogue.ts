/** A question customers really ask, and how to tell the section that answers it. */
export interface KnownQuestion {
  text: string;
  /** Must match the section's heading or its page's title. */
  topic: RegExp;
  /** Must match the section's text: the fact that answers the question. */
  fact: RegExp;
}

const MONEY = /[$€£]\s?\d|\d\s?(€|EUR|USD|GBP)\b/;

/** English. The most specific first; a question is asked once, of the first section that answers it. */
export const KNOWN_QUESTIONS: readonly KnownQuestion[] = [
  {
    text: 'How long does shipping take?',
    topic: /shipping|delivery/i,
    fact: /\b(delivery time|business days|arrives?|takes?)\b[\s\S]*\bdays?\b|\bdays\b/i,
  },
  {
    text: 'How much does shipping cost?',
    topic: /shipping|delivery/i,
    fact: /(shipping|standard|express|delivery)[\s\S]{0,120}([$€£]\s?\d|free)/i,
  },
  {
    text: 'Where do you ship to?',
    topic: /where we (ship|deliver)|countries|international/i,
    fact: /\bship|deliver/i,
  },
  { text: 'How do I track my order?', topic: /track/i, fact: /\btrack/i },
  {
    text: 'My order arrived late or damaged. What can I do?',
    topic: /\b(late|lost|damaged|missing)\b/i,
    fact: /\b(damaged|lost|late|missing)\b/i,
  },
  {
    text: 'What is your return policy?',
    topic: /\breturns?\b/i,
    fact: /\bwithin \d+ days\b|\b\d+[- ]day\b/i,
  },
  { text: 'How long does a refund take?', topic: /refund/i, fact: /\brefund[\s\S]{0,160}\bdays\b/i },
  { text: 'Is there a warranty?', topic: /warrant|guarantee/i, fact: /\b(years?|months?|lifetime)\b/i },
  {
    text: 'Which payment methods do you accept?',
    topic: /pay/i,
    fact: /\b(visa|mastercard|paypal|apple pay|credit card|invoice|cash)\b/i,
  },
  { text: 'Which plans do you offer, and what do they cost?', topic: /\b(pricing|plans)\b/i, fact: MONEY },
  {
    text: 'Do you offer a free trial?',
    topic: /trial|pric|plans?\b|faq|questions/i,
    fact: /\bfree trial\b|\b\d+[- ]day trial\b/i,
  },
  { text: 'Can I pause or skip a delivery?', topic: /paus|skip/i, fact: /\b(pause|skip)/i },
  {
    text: 'How do I cancel my subscription?',
    topic: /cancel/i,
    fact: /\b(subscription|plan|term|deliveries|account)\b/i,
  },
  {
    text: 'What is your cancellation policy?',
    topic: /cancel|no[- ]show/i,
    fact: /\b(appointment|reservation|booking|visit|fee)\b[\s\S]*\b(hours?|days?)\b|\b(hours?|days?)\b[\s\S]*\b(appointment|reservation|booking|visit)\b/i,
  },
  {
    text: 'What are your opening hours?',
    topic: /hours|opening|visit|location|contact|caf[eé]s?|stores?|find us/i,
    fact: /\b(mon|tue|wed|thu|fri|sat|sun)[a-z]*\b[\s\S]{0,80}\d/i,
  },
  {
    text: 'Where are you located?',
    topic: /location|find us|visit|contact|caf[eé]s|stores|getting here|address/i,
    fact: /\b\d+ [A-Z][\w.]*( [A-Z][\w.]*)* (Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Square|Drive|Boulevard|Blvd|Way|Place)\b/,
  },
  {
    text: 'How can I contact customer service?',
    topic: /contact|customer (care|service|support)|support|get in touch/i,
    fact: /@|\b\d{3}[-. ]\d{3,4}/,
  },
  { text: 'Do you offer gift cards?', topic: /gift/i, fact: /\bgift (cards?|vouchers?|certificates?)\b/i },
  { text: 'Can I give a subscription as a gift?', topic: /gift|giving/i, fact: /\bgift subscription/i },
  { text: 'How do I make a reservation?', topic: /reserv|book/i, fact: /\b(reserv|book)/i },
  {
    text: 'Do you have vegetarian or vegan dishes?',
    topic: /menu|diet|allerg|food/i,
    fact: /\b(vegan|vegetarian)\b/i,
  },
  { text: 'Can you accommodate food allergies?', topic: /diet|allerg/i, fact: /\b(allerg|gluten|nuts?)/i },
  {
    text: 'Can I hold a private event with you?',
    topic: /private|event|groups?|catering/i,
    fact: /\b(guests|private|groups?)\b/i,
  },
  {
    text: 'Is there parking nearby?',
    topic: /parking|getting here|visit|location|find us/i,
    fact: /\b(parking|garage)\b/i,
  },
  { text: 'Which insurance do you accept?', topic: /insur/i, fact: /\b(accept|insur|in-network)/i },
  {
    text: 'Are you taking new patients?',
    topic: /new patients|appointment|first visit/i,
    fact: /\bnew patients?\b/i,
  },
  {
    text: 'What should I bring to my first appointment?',
    topic: /first (visit|appointment)|new patients|prepare/i,
    fact: /\b(bring|arrive)\b/i,
  },
  {
    text: 'Do you offer video appointments?',
    topic: /telehealth|video|virtual|appointment/i,
    fact: /\b(telehealth|video visit|video appointment)/i,
  },
  { text: 'Which integrations do you support?', topic: /integrat/i, fact: /\b(integrat|connect|api)\b/i },
  {
    text: 'How do you keep my data secure?',
    topic: /secur|privacy|complian/i,
    fact: /\b(encrypt|soc 2|iso 27001|gdpr|hipaa)/i,
  },
  {
    text: 'Do you support single sign-on?',
    topic: /secur|sso|sign-on|plans?|pric/i,
    fact: /\b(sso|single sign-on|saml)\b/i,
  },
  {
    text: 'What is the minimum order?',
    topic: /minimum|wholesale|order|bulk|pric/i,
    fact: /\bminimum (order|is|of|quantity)/i,
  },
  { text: 'What is the lead time?', topic: /lead time|production|order|deliver/i, fact: /\blead times?\b/i },
  {
    text: 'How do I get a quote?',
    topic: /quote|wholesale|order/i,
    fact: /\b(request|ask for|get) a quote\b/i,
  },
  { text: 'Which sizes do you have?', topic: /siz/i, fact: /\b(small|medium|large|xs|xl|inches|cm)\b/i },
  { text: 'What support hours do you have?', topic: /support/i, fact: /\b(24\/7|hours|response time)\b/i },
];

/** Countries and regions worth asking about by name. */
export const DESTINATIONS =
  /\b(Canada|Mexico|Germany|France|Spain|Italy|Australia|Japan|Ireland|Puerto Rico|Hawaii|Alaska|the United Kingdom|the European Union|the EU|Europe|Switzerland|New Zealand)\b/;
