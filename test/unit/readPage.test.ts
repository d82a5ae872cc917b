import assert from 'node:assert/strict';
import { isGreenroomError } from '../../shared/errors.ts';
import { requireHttpUrl } from '../../server/scrape/readPage.ts';

describe('the address of a page to read', () => {
  it('is taken with http or https and a host', () => {
    assert.equal(requireHttpUrl(' https://acme.example/a?b ').href, 'https://acme.example/a?b');
  });

  for (const address of [
    '',
    'acme',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'https://ana:geheim@acme.example/',
  ]) {
    it(`is refused when it is "${address}", without repeating a password`, () => {
      assert.throws(
        () => requireHttpUrl(address),
        (error) =>
          isGreenroomError(error) && error.code === 'invalid-input' && !error.message.includes('geheim'),
      );
    });
  }
});
