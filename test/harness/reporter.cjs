// CommonJS, because Mocha loads reporters by `require` and takes the module itself for the class.
const { reporters } = require('mocha');
const { COUNTS_FILE, countInto } = require('./counts.ts');

/** Mocha's own `spec`, which also writes counts to the file that the lane named. */
module.exports = class CountingSpec extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    countInto(runner, process.env[COUNTS_FILE]);
  }
};
