import { together } from './together.ts';
import { testShort } from './short.ts';

testShort(together, import.meta.url, /^one card|^one run folder/);
