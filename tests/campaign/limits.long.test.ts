import { limits } from './limits.ts';
import { testShort } from './short.ts';

testShort(limits, import.meta.url, /RLIMIT_AS|session of its own/);
