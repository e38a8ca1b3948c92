/** Sends signals to processes that are certainly the ones meant. */
import { look, readStat } from './read.ts';
import { isDead, type Identity } from './stat.ts';

/** false when the process is gone, is a zombie, or may not be signalled by us. */
export function signalProcess(identity: Identity, signal: NodeJS.Signals): boolean {
  const stat = look(identity);
  return stat !== null && !isDead(stat) && send(identity.pid, signal);
}

/**
 * Signals the group that `leader` leads, or led: a pid stays taken while its group or its zombie is there, so when another process has it the
 * group is gone.
 */
export function signalGroup(leader: Identity, signal: NodeJS.Signals): boolean {
  const stat = readStat(leader.pid);
  if (stat === null) return send(-leader.pid, signal);
  if (stat.startTicks !== leader.startTicks) return false;
  return stat.group === leader.pid ? send(-leader.pid, signal) : send(leader.pid, signal);
}

function send(target: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}

export function isAlive(identity: Identity): boolean {
  const stat = look(identity);
  return stat !== null && !isDead(stat);
}
