import { latency } from './latency.ts';
import { testShort } from './short.ts';

testShort(latency, import.meta.url);
