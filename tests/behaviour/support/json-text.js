// JSON as text: the raw bytes of members and elements, since numbers of twenty digits, 1.50 and 1e3 do
// not survive JSON.parse. The text must be valid JSON.

function endOfString(text, at) {
  for (at += 1; text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1;
  return at + 1;
}
const space = (text, at) => {
  while (at < text.length && ' \t\r\n'.includes(text[at])) at += 1;
  return at;
};
function endOfValue(text, at) {
  if (text[at] === '"') return endOfString(text, at);
  if (text[at] !== '{' && text[at] !== '[') {
    while (at < text.length && !',]} \t\r\n'.includes(text[at])) at += 1;
    return at;
  }
  let depth = 0;
  do {
    if (text[at] === '"') {
      at = endOfString(text, at);
      continue;
    }
    if (text[at] === '{' || text[at] === '[') depth += 1;
    if (text[at] === '}' || text[at] === ']') depth -= 1;
    at += 1;
  } while (depth > 0);
  return at;
}

/** The members of an object: name to raw text. */
export function members(text) {
  const found = {};
  let at = space(text, space(text, 0) + 1);
  while (text[at] === '"') {
    const nameEnd = endOfString(text, at);
    const name = JSON.parse(text.slice(at, nameEnd));
    at = space(text, space(text, nameEnd) + 1);
    const end = endOfValue(text, at);
    found[name] = text.slice(at, end);
    at = space(text, end);
    if (text[at] === ',') at = space(text, at + 1);
  }
  return found;
}

/** The elements of an array, each as raw text. */
export function elements(text) {
  const found = [];
  let at = space(text, space(text, 0) + 1);
  while (at < text.length && text[at] !== ']') {
    const end = endOfValue(text, at);
    found.push(text.slice(at, end));
    at = space(text, end);
    if (text[at] === ',') at = space(text, at + 1);
  }
  return found;
}
