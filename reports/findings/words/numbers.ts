/** Numbers, and how many of something, as people read them. No locale: the same results give the same bytes on every machine. */

/** 3 significant digits, without trailing zeros. */
function three(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** 12345 → "12,345". */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** 1 → "1 cell", 2 → "2 cells". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** "a, b, c and 4 more". */
export function listed(names: readonly string[], most: number): string {
  if (names.length <= most) return names.join(', ');
  return `${names.slice(0, most).join(', ')} and ${count(names.length - most)} more`;
}

/** Seconds → "0 s", "85 µs", "1.2 ms", "3.4 s", "2 min 5 s", "1 h 3 min". */
export function duration(seconds: number): string {
  if (!Number.isFinite(seconds)) return 'unknown';
  if (seconds === 0) return '0 s';
  if (seconds < 0.0009995) return `${three(seconds * 1e6)} µs`;
  if (seconds < 0.9995) return `${three(seconds * 1e3)} ms`;
  if (seconds < 60) return `${three(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return parts(Math.floor(whole / 60), 'min', whole % 60, 's');
  const minutes = Math.round(seconds / 60);
  return parts(Math.floor(minutes / 60), 'h', minutes % 60, 'min');
}

/** Floating point operations a second → "12.3 GFLOP/s"; small rates keep three digits. */
export function gflops(flops: number, seconds: number): string {
  return three(flops / seconds / 1e9);
}

/** KiB → "512 KiB", "12.3 MiB", "1.5 GiB". */
export function kibibytes(kib: number): string {
  if (kib < 1024) return `${three(kib)} KiB`;
  return kib < 1024 * 1024 ? `${three(kib / 1024)} MiB` : `${three(kib / 1024 / 1024)} GiB`;
}

/** "2026-05-09T07:29:33.186Z" → "2026-05-09 07:29:33 UTC"; any other text as it is. */
export function moment(at: string): string {
  const match = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.\d+)?Z$/.exec(at);
  return match === null ? at : `${match[1]} ${match[2]} UTC`;
}

function parts(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}
