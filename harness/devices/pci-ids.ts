/** "1002:731f rev ca, board 1da2:e411": what tells cards apart that share a name. Pure. */

export interface PciIds {
  readonly vendor: string | undefined;
  readonly device: string | undefined;
  readonly revision: string | undefined;
  readonly boardVendor: string | undefined;
  readonly board: string | undefined;
}

/** Hex with or without 0x; null when vendor or device is not known. */
export function pciIdText({ vendor, device, revision, boardVendor, board }: PciIds): string | null {
  if (vendor === undefined || device === undefined) return null;
  const chip = `${bare(vendor)}:${bare(device)}${revision === undefined ? '' : ` rev ${bare(revision)}`}`;
  return boardVendor === undefined || board === undefined ? chip : `${chip}, board ${bare(boardVendor)}:${bare(board)}`;
}

function bare(text: string): string {
  return text.replace(/^0x/, '');
}
