import { output } from './output.ts';
import { testShort } from './short.ts';

testShort(output, import.meta.url, /stdout and stderr|imported|10,000/);
