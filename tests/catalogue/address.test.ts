import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { withoutSecrets } from '../../harness/catalogue/address.ts';

const test = suite('addresses');

test('names and passwords in addresses are not shown', () => {
  assert.is(
    withoutSecrets('pip --index-url https://me:pass@host/simple x'),
    'pip --index-url https://****@host/simple x',
  );
  assert.is(withoutSecrets('https://host/a@b'), 'https://host/a@b');
});

test.run();
