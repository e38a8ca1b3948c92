import { clock } from './clock.ts';
import { testShort } from './short.ts';

testShort(clock, import.meta.url, /^a simulated run|^the wall clock/);
