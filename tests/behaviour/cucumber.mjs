export default {
  import: ['steps/**/*.js'],
  format: ['summary', 'progress'],
  formatOptions: { snippetInterface: 'async-await' },
  tags: process.env.WEIR_TAGS ?? (process.env.WEIR_BARE === '1' ? '@websocket and not @weir' : ''),
};
