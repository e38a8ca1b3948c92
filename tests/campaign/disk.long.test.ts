import { disk } from './disk.ts';
import { testShort } from './short.ts';

testShort(disk, import.meta.url, /^\d+ disks|turns unwritable/);
