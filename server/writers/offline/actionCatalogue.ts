import type { DemoAction, DemoActionField } from '../../../shared/demoSpec.ts';

/** An action that many companies have, and the words on a website that show that this one does. */
export interface KnownAction {
  action: DemoAction;
  evidence: RegExp;
  /** Matches needed before it is offered. */
  least: number;
}

type Extra = Partial<Omit<DemoActionField, 'name' | 'description'>>;

function field(name: string, description: string, extra: Extra = {}): DemoActionField {
  return { name, description, type: 'string', required: true, ...extra };
}

const EMAIL = field('email', "The customer's e-mail address", {
  format: 'email',
  example: 'customer@example.com',
});

/** In order of preference among equals. */
export const KNOWN_ACTIONS: readonly KnownAction[] = [
  {
    evidence:
      /\b(track(ing)? (your|my|an?|number)|where is my order|order (status|number)|tracking number|ships? (on|within|the same day))\b/gi,
    least: 1,
    action: {
      name: 'Check order status',
      description: 'Use when a customer asks where an order is or when it arrives. Needs the order number.',
      method: 'GET',
      path: '/orders/{order_number}',
      inputs: [field('order_number', 'The order number from the order e-mail', { example: 'ORD-204518' })],
      outputs: [
        field('order_number', 'The order number'),
        field('status', 'Where the order is', {
          enum: ['processing', 'shipped', 'in transit', 'out for delivery', 'delivered'],
        }),
        field('carrier', 'Who delivers it'),
        field('tracking_number', 'The number of the parcel'),
        field('estimated_delivery', 'When it is expected to arrive', { format: 'date' }),
      ],
    },
  },
  {
    evidence: /\b(returns?|refunds?|exchanges?|send (it|them) back|return label)\b/gi,
    least: 4,
    action: {
      name: 'Start a return',
      description: 'Use when a customer wants to return or exchange something or get a refund.',
      method: 'POST',
      path: '/returns',
      inputs: [
        field('order_number', 'The order number from the order e-mail', { example: 'ORD-204518' }),
        field('reason', 'Why it is returned', {
          enum: ['not as expected', 'damaged', 'wrong item', 'no longer needed'],
        }),
      ],
      outputs: [
        field('return_id', 'The number of the return', { example: 'RET-51873' }),
        field('order_number', 'The order number'),
        field('status', 'State of the return', { enum: ['approved', 'label sent'] }),
        field('refund_amount', 'What is refunded, in US dollars', { type: 'number', example: 34.5 }),
        field('label_url', 'Where the return label is', { format: 'uri' }),
      ],
    },
  },
  {
    evidence: /\b(reservations?|reserve a table|book a table|dine|dining|tasting menu|table for)\b/gi,
    least: 2,
    action: {
      name: 'Reserve a table',
      description: 'Use when a guest wants to reserve a table. Needs date, time and number of guests.',
      method: 'POST',
      path: '/reservations',
      inputs: [
        field('date', 'The day', { format: 'date' }),
        field('time', 'The time, such as 19:30', { example: '19:30' }),
        field('guests', 'How many people', { type: 'integer', example: 2 }),
        field('special_requests', 'Allergies or wishes', { required: false }),
      ],
      outputs: [
        field('confirmation_code', 'The code of the reservation', { example: 'TBL-48213' }),
        field('status', 'State of the reservation', { enum: ['confirmed'] }),
        field('date', 'The day', { format: 'date' }),
        field('time', 'The time', { example: '19:30' }),
        field('guests', 'How many people', { type: 'integer', example: 2 }),
      ],
    },
  },
  {
    evidence:
      /\b(appointments?|new patients?|book a (visit|session|consultation|class|tour)|schedule (a|an|your) \w+|consultations?)\b/gi,
    least: 3,
    action: {
      name: 'Book an appointment',
      description: 'Use when a customer wants an appointment. Needs the service and a preferred date.',
      method: 'POST',
      path: '/appointments',
      inputs: [
        field('service', 'What the appointment is for', { example: 'First consultation' }),
        field('preferred_date', 'The preferred day', { format: 'date' }),
        EMAIL,
      ],
      outputs: [
        field('confirmation_code', 'The code of the appointment', { example: 'APT-48213' }),
        field('service', 'What it is for'),
        field('starts_at', 'When it starts', { format: 'date-time' }),
        field('location', 'Where it is'),
        field('status', 'State of the appointment', { enum: ['confirmed'] }),
      ],
    },
  },
  {
    evidence:
      /\b(subscriptions?|skip (a|your|the) (delivery|box|order)|pause|cancel (any ?time|your plan|your subscription)|next delivery)\b/gi,
    least: 4,
    action: {
      name: 'Change a subscription',
      description: 'Use when a customer wants to pause, skip, resume or cancel a subscription.',
      method: 'POST',
      path: '/subscriptions/{subscription_id}/changes',
      inputs: [
        field('subscription_id', 'The number of the subscription', { example: 'SUB-73104' }),
        field('change', 'What to do', { enum: ['pause', 'skip next', 'resume', 'cancel'] }),
      ],
      outputs: [
        field('subscription_id', 'The number of the subscription'),
        field('change', 'What was done'),
        field('next_renewal', 'The next date on which it is charged', { format: 'date' }),
        field('message', 'What to tell the customer'),
      ],
    },
  },
  {
    evidence:
      /\b(our (stores?|caf[eé]s|locations|branches|showrooms?|clinics?)|find a store|store locator|opening hours|locations?|caf[eé]s)\b/gi,
    least: 3,
    action: {
      name: 'Find the nearest location',
      description:
        'Use when a customer asks for a location nearby or its opening hours. Needs a city or postal code.',
      method: 'GET',
      path: '/locations/nearest',
      inputs: [field('near', 'City or postal code', { example: '03801' })],
      outputs: [
        field('name', 'Name of the location', { example: 'Main Street' }),
        field('address', 'Street and city'),
        field('distance_miles', 'How far it is', { type: 'number', example: 2.4 }),
        field('opening_hours', 'Hours today'),
        field('open_now', 'Whether it is open', { type: 'boolean' }),
      ],
    },
  },
  {
    evidence:
      /\b(free trial|book a demo|request a demo|talk to sales|api|integrations?|dashboard|workspace|per (user|seat)|uptime)\b/gi,
    least: 3,
    action: {
      name: 'Request a demo',
      description: 'Use when somebody wants to see the product or talk to sales.',
      method: 'POST',
      path: '/demo-requests',
      inputs: [
        EMAIL,
        field('company_size', 'Number of employees', {
          enum: ['1-20', '21-200', '201-1000', 'more than 1000'],
        }),
        field('interest', 'What they want to see', { required: false, example: 'Reporting' }),
      ],
      outputs: [
        field('request_id', 'The number of the request', { example: 'DEM-60317' }),
        field('next_slot', 'The proposed time', { format: 'date-time' }),
        field('meeting_url', 'Where the meeting takes place', { format: 'uri' }),
      ],
    },
  },
  {
    evidence: /\b(uptime|status page|incidents?|service level|sla)\b/gi,
    least: 1,
    action: {
      name: 'Check service status',
      description: 'Use when a customer asks whether there is an outage or a known problem.',
      method: 'GET',
      path: '/status',
      inputs: [field('component', 'The part of the product', { required: false, example: 'API' })],
      outputs: [
        field('status', 'State of the service', { enum: ['operational', 'degraded'] }),
        field('uptime_percent', 'Uptime of the last 90 days', {
          type: 'number',
          enum: ['99.95', '99.97', '99.99'],
        }),
        field('updated_at', 'When it was last checked', { format: 'date-time' }),
      ],
    },
  },
  {
    evidence:
      /\b(wholesale|bulk|minimum order|request a quote|get a quote|ask for a quote|lead times?|distributors?|custom (order|quote)s?)\b/gi,
    least: 2,
    action: {
      name: 'Request a quote',
      description:
        'Use when a business asks for prices on larger quantities. Needs product, quantity and e-mail.',
      method: 'POST',
      path: '/quotes',
      inputs: [
        field('product', 'What they want', { example: 'House blend' }),
        field('quantity', 'How many', { type: 'integer', example: 50 }),
        EMAIL,
      ],
      outputs: [
        field('quote_id', 'The number of the quote', { example: 'QTE-30442' }),
        field('product', 'What it is for'),
        field('quantity', 'How many', { type: 'integer', example: 50 }),
        field('estimated_total', 'Estimate in US dollars', { type: 'number', example: 585.5 }),
        field('valid_until', 'Last day of the offer', { format: 'date' }),
      ],
    },
  },
  {
    evidence: /\b(in stock|out of stock|sold out|back in stock|availability)\b/gi,
    least: 2,
    action: {
      name: 'Check product availability',
      description: 'Use when a customer asks whether a product is in stock.',
      method: 'GET',
      path: '/products/availability',
      inputs: [field('product', 'Name of the product', { example: 'Travel mug' })],
      outputs: [
        field('product', 'Name of the product'),
        field('in_stock', 'Whether it can be ordered now', { type: 'boolean' }),
        field('quantity', 'Pieces in stock', { type: 'integer', example: 18 }),
        field('next_delivery', 'When more arrive', { format: 'date' }),
      ],
    },
  },
];

/** Fit every company; used when the website shows too little of what it does. */
export const GENERAL_ACTIONS: readonly DemoAction[] = [
  {
    name: 'Create a support ticket',
    description:
      'Use when a question can not be answered or the customer wants a person to follow up by e-mail.',
    method: 'POST',
    path: '/tickets',
    inputs: [EMAIL, field('subject', 'What it is about', { example: 'Question about an invoice' })],
    outputs: [
      field('ticket_id', 'The number of the ticket', { example: 'TCK-88213' }),
      field('subject', 'What it is about'),
      field('status', 'State of the ticket', { enum: ['open'] }),
      field('response_due', 'By when the customer hears from us', { format: 'date-time' }),
    ],
  },
  {
    name: 'Request a callback',
    description: 'Use when a customer wants to be called. Needs a telephone number.',
    method: 'POST',
    path: '/callbacks',
    inputs: [
      field('phone', 'The telephone number', { example: '+1 202-555-0142' }),
      field('topic', 'What it is about', { required: false, example: 'Billing' }),
    ],
    outputs: [
      field('callback_id', 'The number of the request', { example: 'CBK-10542' }),
      field('phone', 'The telephone number'),
      field('callback_at', 'When we call', { format: 'date-time' }),
    ],
  },
];
