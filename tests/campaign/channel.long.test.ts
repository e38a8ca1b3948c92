import { channel } from './channel.ts';
import { testShort } from './short.ts';

testShort(channel, import.meta.url, /^(closes_and_hangs|done_then_hangs|forged_events|garbage|progress_for_ever),/);
