import { kill } from './kill.ts';
import { testShort } from './short.ts';

testShort(kill, import.meta.url);
