/** A bot that others are cloned from. */
export interface Template {
  id: string;
  name: string;
  description: string;
  /** `{name}` is the company's. */
  greeting: string;
}

export const TEMPLATES: readonly Template[] = [
  {
    id: 'customer-service',
    name: 'Customer service',
    description:
      'Answers from its knowledge, looks things up with its actions, and says so when it cannot help.',
    greeting: 'Hello, I am the virtual assistant of {name}. How can I help you today?',
  },
  {
    id: 'sales',
    name: 'Sales assistant',
    description: 'Like customer service, for visitors who want to know what you offer.',
    greeting: 'Welcome to {name}. What are you looking for? I am happy to tell you about what we offer.',
  },
];

export function findTemplate(id: string): Template | undefined {
  return TEMPLATES.find((template) => template.id === id);
}
