/**
 * The heat maps as a picture. The renderer is an optional package with a binary for each platform: where it was not installed
 * there is no heatmap.png, and heatmap.svg says the same.
 */
import { availableParallelism } from 'node:os';
import { roomForTasks } from '../../machine/limits.ts';

/** Wide enough to read on a dense screen, small enough to attach. */
const SCALE = 1.6;
const MOST_PIXELS = 30_000_000;

/** The renderer starts as many threads as there are cores, and takes the whole process down where it may not. */
const TASKS = 32 + availableParallelism();

/** Null where the renderer is missing, may not start its threads, or the picture would be too large. */
export async function pngOf(svg: string): Promise<Uint8Array | null> {
  const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
  const pixels = Number(width) * Number(height);
  if (!(pixels > 0) || pixels > MOST_PIXELS || roomForTasks() < TASKS) return null;
  try {
    const { Resvg } = await import('@resvg/resvg-js');
    const zoom = Math.min(SCALE, Math.sqrt(MOST_PIXELS / pixels));
    return new Resvg(svg, {
      fitTo: { mode: 'zoom', value: zoom },
      font: { loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' },
    })
      .render()
      .asPng();
  } catch {
    return null;
  }
}
