// Writes the little TOML that weir's configuration needs.

const scalar = (value) => (typeof value === 'string' ? JSON.stringify(value) : String(value));

function inline(value) {
  if (Array.isArray(value)) return `[${value.map(inline).join(', ')}]`;
  if (value !== null && typeof value === 'object') {
    return `{ ${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)} = ${inline(item)}`).join(', ')} }`;
  }
  return scalar(value);
}

const body = (table) =>
  Object.entries(table)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} = ${inline(value)}\n`)
    .join('');

/** `config` is { server, admin, global, metrics, el: { primary: […], backup: […] }, cl: […] }. */
export function toToml({ server, admin, global, metrics, el = {}, cl = [] }) {
  const parts = [];
  for (const [name, table] of Object.entries({ server, admin, global, metrics })) {
    if (table && Object.keys(table).length > 0) parts.push(`[${name}]\n${body(table)}`);
  }
  for (const [name, nodes] of [['el.primary', el.primary], ['el.backup', el.backup], ['cl', cl]]) {
    for (const node of nodes ?? []) parts.push(`[[${name}]]\n${body(node)}`);
  }
  return parts.join('\n');
}
