/** What a heading promises, as a customer would ask for it. English. */

/** Gerunds that help pages use as headings. Others are left alone: a wrong verb is worse than no question. */
const VERBS: Record<string, string> = Object.fromEntries(
  (
    'adding add|applying apply|asking ask|booking book|brewing brew|buying buy|canceling cancel|cancelling cancel|' +
    'changing change|checking check|choosing choose|cleaning clean|connecting connect|contacting contact|' +
    'creating create|deleting delete|donating donate|downloading download|editing edit|exchanging exchange|' +
    'exporting export|filing file|finding find|getting get|importing import|installing install|' +
    'integrating integrate|inviting invite|joining join|making make|managing manage|measuring measure|' +
    'moving move|opening open|ordering order|paying pay|placing place|preparing prepare|registering register|' +
    'removing remove|renewing renew|renting rent|replacing replace|reporting report|requesting request|' +
    'rescheduling reschedule|reserving reserve|resetting reset|returning return|scheduling schedule|' +
    'sending send|setting set|sharing share|skipping skip|starting start|stopping stop|storing store|' +
    'submitting submit|switching switch|tracking track|transferring transfer|updating update|upgrading upgrade|' +
    'using use|verifying verify|washing wash'
  )
    .split('|')
    .map((pair) => pair.split(' ') as [string, string]),
);

/** A question made of the heading alone by grammar, or undefined when the heading does not lend itself to it. */
export function questionFromHeading(heading: string): string | undefined {
  const text = heading.replace(/[.:!]$/, '').trim();
  if (/[?？]$/.test(text)) return text;
  if (text.split(' ').length > 9) return undefined;
  let match = /^how to (.+)$/i.exec(text);
  if (match?.[1] !== undefined) return `How do I ${mine(match[1])}?`;
  match = /^how (long|much|often|many \w+) (\w+s) (\w+)$/i.exec(text);
  if (match !== null) return `How ${lower(match[1])} do ${lower(match[2])} ${lower(match[3])}?`;
  match = /^(how|where|what|when|why|who|which \w+) we ([a-z]+)( .+)?$/i.exec(text);
  const bare = /^how$/i.test(match?.[1] ?? '') && match?.[3] === undefined;
  if (match !== null && !bare && !/^(are|have|can|will|were|do)$/i.test(match[2] ?? '')) {
    return `${capital(match[1] ?? '')} do you ${lower(match[2])}${match[3] ?? ''}?`;
  }
  match = /^if you (do not|don['’]t) like (.+)$/i.exec(text);
  if (match?.[2] !== undefined) return `What if I don't like ${match[2]}?`;
  match = /^what (can['’]?t|can(?:not)?|is|are) (.+)$/i.exec(text);
  if (match !== null && !/\b(you|your)\b/i.test(text)) return `${capital(text)}?`;
  match = /^([a-z]+ing)( or [a-z]+ing)? (.+)$/i.exec(text);
  const verb = VERBS[(match?.[1] ?? '').toLowerCase()];
  const second = match?.[2] === undefined ? undefined : VERBS[match[2].slice(4).toLowerCase()];
  if (TITLE_NOUN.test(match?.[3] ?? '')) return undefined;
  if (match?.[3] !== undefined && verb !== undefined && (match[2] === undefined || second !== undefined)) {
    return `How do I ${verb}${second === undefined ? '' : ` or ${second}`} ${mine(match[3])}?`;
  }
  return undefined;
}

/** "Brewing guide" and "Opening hours" are names of things, not something one does. */
const TITLE_NOUN =
  /^(guides?|tips|hours|polic(y|ies)|options?|rates?|info(rmation)?|times?|costs?|help|support|page|instructions|system|tools?|service)$/i;

/** A last resort for plain nouns ("Equipment on loan"): asks for more about them. Undefined for slogans. */
export function questionAboutTopic(heading: string, language: string): string | undefined {
  const text = heading.trim();
  const count = text.split(/\s+/).length;
  if (count < 2 || count > 6 || /[?!.,:;—–]/.test(text)) return undefined;
  if (/^de\b/i.test(language)) return `Was muss ich über „${text}“ wissen?`;
  if (/^fr\b/i.test(language)) return `Que dois-je savoir sur « ${text} » ?`;
  if (/^es\b/i.test(language)) return `¿Qué debo saber sobre «${text}»?`;
  if (!/^en\b/i.test(language)) return undefined;
  if (/\b(we|our|you|your|us|i|my|is|are|was|makes?|means?|meets?|let|get|meet|why|that|not)\b/i.test(text))
    return undefined;
  return `Can you tell me about ${keepNames(text)}?`;
}

/** From the company's side to the customer's: "your order" -> "my order". */
function mine(text: string): string {
  return keepNames(text)
    .replace(/\byour\b/gi, 'my')
    .replace(/\byourself\b/gi, 'myself')
    .replace(/\byou\b/gi, 'I');
}

/** Lower case at the start unless it looks like a name or an abbreviation ("FAQ", "French press" stays as given). */
function keepNames(text: string): string {
  const [first = '', ...rest] = text.split(' ');
  const isName = /^[A-Z]{2,}|^[A-Z][a-z]+[A-Z]/.test(first) || rest.some((word) => /^[A-Z]/.test(word));
  return isName ? text : [first.toLowerCase(), ...rest].join(' ');
}

function lower(text: string | undefined): string {
  return (text ?? '').toLowerCase();
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}

/** The language of a text by its commonest words, for pages that don't say; empty when unsure. */
export function guessLanguage(text: string): string {
  const sample = ` ${text
    .slice(0, 20_000)
    .toLowerCase()
    .replace(/[^\p{L}]+/gu, ' ')} `;
  const counts = Object.entries(COMMON).map(([language, list]) => {
    const hits = list.split(' ').reduce((sum, word) => sum + sample.split(` ${word} `).length - 1, 0);
    return { language, hits };
  });
  counts.sort((a, b) => b.hits - a.hits);
  const [best, second] = counts;
  return best !== undefined && best.hits >= 3 && best.hits > (second?.hits ?? 0) * 1.3 ? best.language : '';
}

const COMMON: Record<string, string> = {
  en: 'the and of to for with is are your our you we',
  de: 'der die das und ist nicht mit für wir sie auf ein eine',
  fr: 'le la les des et est pour avec vous nous une dans',
  es: 'el los las y es para con una por su nuestro',
  it: 'il gli che e per con una sono della nostro di',
  nl: 'het een en van voor met wij zijn uw niet',
  pt: 'os as um uma e para com você nosso não dos',
};
