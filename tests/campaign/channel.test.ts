import { channel } from './channel.ts';
import { testShort } from './short.ts';

testShort(channel, import.meta.url);
