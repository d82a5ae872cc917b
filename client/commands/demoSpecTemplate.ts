/** What a new demo spec starts with: the two answers that are needed, and the usual options as comments. */
export const DEMO_SPEC_TEMPLATE = `# A demo, as a file: "Greenroom: Provision Demo" makes it while this editor is active.
company: Acme Corp
website: https://www.example.com

# Where the bot lives, and how its API key is come by: auto | manual.
platform: sandbox
key: auto

knowledge:
  # Pages of the website to read.
  maxPages: 12
  # Articles of your own, kept as they are.
  articles: []
  #  - title: Opening hours
  #    body: We are open from nine to five.

# What the bot can do. Without a list, Greenroom chooses from what the website offers.
# actions:
#   - name: Order status
#     description: Use it when a customer asks where an order is.
#     path: /orders/{orderId}
#     inputs:
#       - name: orderId
#     outputs:
#       - name: status
#         enum: [packed, shipped, delivered]

conversations:
  count: 10
  # Questions of your own, asked first.
  questions: []
`;
