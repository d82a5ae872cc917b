// Draws the questions from a JSON file: what this page says exists only once a browser has run it.
const list = document.getElementById('questions');

function element(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function draw({ topics }) {
  for (const { topic, questions } of topics) {
    list.append(element('h2', topic));
    for (const { question, answer } of questions) {
      const entry = document.createElement('details');
      entry.append(element('summary', question), element('p', answer));
      list.append(entry);
    }
  }
}

list.setAttribute('aria-busy', 'true');
fetch('/faq.json')
  .then((response) => response.json())
  .then(draw)
  .catch(() => list.append(element('p', 'The questions could not be loaded. Please reload the page.')))
  .finally(() => list.removeAttribute('aria-busy'));
