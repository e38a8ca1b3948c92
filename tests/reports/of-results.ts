/** Reports straight from results, for tests that look at one of them. */
import type { Readable } from 'node:stream';
import type { Results } from '../../harness/model/results/results.ts';
import * as boundaries from '../../reports/csv/boundaries.ts';
import { findingsOf } from '../../reports/findings/findings.ts';
import type { ReportOptions } from '../../reports/findings/reproducer.ts';
import * as specs from '../../reports/html/maps/heat-map-specs.ts';
import { pageOf } from '../../reports/html/page/page.ts';
import * as page from '../../reports/html/render.ts';
import * as junit from '../../reports/junit/junit.ts';
import * as summary from '../../reports/markdown/summary.ts';

export function renderHtml(results: Results, options: ReportOptions = {}): Promise<string> {
  return page.renderHtml(pageOf(findingsOf(results)), options);
}

export function renderSummary(results: Results): string {
  return summary.renderSummary(findingsOf(results));
}

export function renderJunit(results: Results): string {
  return junit.renderJunit(findingsOf(results));
}

export function boundariesCsv(results: Results): Readable {
  return boundaries.boundariesCsv(findingsOf(results));
}

export function heatmapSpecs(results: Results): specs.HeatmapSpec[] {
  return specs.heatmapSpecs(pageOf(findingsOf(results)));
}

export function heatmapDocument(results: Results): object {
  return specs.heatmapDocument(pageOf(findingsOf(results)));
}
