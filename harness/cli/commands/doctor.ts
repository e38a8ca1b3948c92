/** Words and options of `bench doctor`: whether this machine can measure. */
import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { jsonOption, type OptionsOf } from '../options.ts';
import { DEVICE_CHOICES } from '../../model/makers.ts';

export const declareDoctor = (bench: CommandUnknownOpts) =>
  bench
    .command('doctor')
    .description(
      'check whether this machine can run measurements, and how to fix what is missing; starts nothing on the card',
    )
    .argument('[matrix]', 'matrix file: ask for the device that it names')
    .option(
      '--device <kind>',
      `what you want to measure on: ${DEVICE_CHOICES.join(', ')}, or one card by its PCI address (default: that of the matrix, else auto)`,
    )
    .addOption(jsonOption());

export type DoctorOptions = OptionsOf<typeof declareDoctor>;
