/** What the driver told of the card, and what was amiss on the machine, as the reports show it. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { deviceFacts } from '../../../../reports/findings/answers/device-facts.ts';
import { Results } from '../../../../harness/model/results/results.ts';
import { HOSTILE, tinyCpu } from '../../sample-results.ts';
import { renderHtml, renderSummary } from '../../of-results.ts';
import { runNotices } from '../../../../reports/findings/answers/notices.ts';

const test = suite('facts of a device');

function card(change: Partial<NonNullable<Results['device']['details']>> = {}, warnings?: readonly string[]): Results {
  const results = tinyCpu();
  const details = {
    vramMib: 6128,
    computeUnits: 36,
    pciIds: '1002:731f rev ca',
    vbios: '113-4E4111U-X4E',
    driver: 'amdgpu of the kernel',
    firmware: { mec: '0x00000090', smc: '0x002a3e00' },
    moduleParameters: { noretry: '-1', sched_policy: '0' },
    pcieLink: '8.0 GT/s x16',
    pcieAtomics: false,
    ...change,
  };
  return Results.parse({
    ...results,
    device: { ...results.device, kind: 'rocm', details },
    ...(warnings === undefined ? {} : { warnings }),
  });
}

test('a short table: what is known, in the order of use', () => {
  assert.equal(deviceFacts(card()), [
    ['Memory of the card', '6,128 MiB'],
    ['Compute units', '36'],
    ['PCI ids', '1002:731f rev ca'],
    ['PCIe link', '8.0 GT/s x16'],
    ['PCIe atomics', 'no'],
    ['Video BIOS', '113-4E4111U-X4E'],
    ['Driver', 'amdgpu of the kernel'],
    ['Firmware', 'mec 0x00000090, smc 0x002a3e00'],
    ['Parameters of the driver', 'noretry=-1, sched_policy=0'],
  ]);
});

test('what the driver did not tell is left out, and so is the table when there is nothing', async () => {
  const bare = card({
    vramMib: null,
    computeUnits: null,
    pciIds: null,
    vbios: null,
    driver: null,
    firmware: {},
    moduleParameters: {},
    pcieLink: null,
    pcieAtomics: null,
  });
  assert.equal(deviceFacts(bare), []);
  assert.not.match(await renderHtml(bare), /what its driver told/);
  assert.equal(deviceFacts(tinyCpu()), [], 'a run from before there were details');
});

test('both are in the page and in the issue text', async () => {
  const results = card({}, ['python3 (process 4242) has the card open']);
  for (const text of [await renderHtml(results), renderSummary(results)]) {
    assert.match(text, /113-4E4111U-X4E/);
    assert.match(text, /sched(_|\\_|&#95;)policy=0/);
    assert.match(text, /WARNING: python3 \(process 4242\) has the card open/);
  }
});

test('a warning keeps no run from being complete', () => {
  assert.equal(runNotices(card({}, ['careful'])), [{ tone: 'warn', text: 'WARNING: careful' }]);
  assert.equal(runNotices(card()), []);
});

test('names of processes and texts of drivers may hold anything', async () => {
  const results = card({ vbios: HOSTILE, firmware: { [HOSTILE]: HOSTILE } }, [HOSTILE]);
  assert.not.match(await renderHtml(results), /<img src=x|<svg\/onload/);
  assert.not.match(renderSummary(results), /<img src=x|(^|\s)@octocat/m);
});

test.run();
