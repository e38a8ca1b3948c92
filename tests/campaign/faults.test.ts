import { faults } from './faults.ts';
import { testShort } from './short.ts';

testShort(faults, import.meta.url);
