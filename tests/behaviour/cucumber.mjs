export default {
  import: ['steps/**/*.js'],
  format: ['summary', 'progress'],
  formatOptions: { snippetInterface: 'async-await' },
  tags: process.env.WEIR_TAGS ?? '',
};
