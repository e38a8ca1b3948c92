/** How a search chooses the cells to try; docs/search.md says what each is for. Light, so that `--help` loads no schema. */
export const STRATEGIES = ['map', 'line', 'grid', 'versions'] as const;
