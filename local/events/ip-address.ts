import { isIP } from 'node:net';
import { PatternFault } from './pattern-fault.ts';

/** An address as a number of 32 (IPv4) or 128 bits (IPv6). */
export interface Address {
  bits: 32 | 128;
  value: bigint;
}

/** What the engine takes for an address before it parses it. */
const LOOKS_LIKE_ADDRESS = /^(\d+\.\d+\.\d+\.\d+|[\da-f:]*:[\da-f:]*)$/i;

/** Reads an address literal; undefined when it is none. */
export function parseAddress(text: string): Address | undefined {
  const version = isIP(text);
  if (version === 4) return { bits: 32, value: join(text.split('.').map(Number), 8n) };
  return version === 6 && /^[0-9a-f:]+$/i.test(text) ? { bits: 128, value: join(groupsOf(text), 16n) } : undefined;
}

/** Compiles a CIDR block to a test of addresses. Reasons of faults are those of EventBridge's engine. */
export function parseCidr(text: string): (address: Address | undefined) => boolean {
  const [literal, mask, ...others] = text.split('/');
  if (literal === undefined || mask === undefined || mask === '' || others.length > 0)
    throw new PatternFault("Malformed CIDR, one '/' required");
  const base = parseAddress(literal);
  const maskBits = maskOf(mask);
  if (!base)
    throw new PatternFault(`${LOOKS_LIKE_ADDRESS.test(literal) ? 'Invalid' : 'Nonstandard'} IP address: ${literal}`);
  if (maskBits >= base.bits) throw new PatternFault(`IPv${base.bits === 32 ? 4 : 6} mask bits must be < ${base.bits}`);
  const shift = BigInt(base.bits - maskBits);
  return (address) => address?.bits === base.bits && address.value >> shift === base.value >> shift;
}

function maskOf(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new PatternFault('Malformed CIDR, mask bits must be an integer');
  const bits = Number(text);
  if (bits < 0) throw new PatternFault('Malformed CIDR, mask bits must not be negative');
  return bits;
}

function groupsOf(text: string): number[] {
  const [head = '', tail] = text.split('::');
  const parse = (part: string) =>
    part
      .split(':')
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16));
  if (tail === undefined) return parse(head);
  const [before, after] = [parse(head), parse(tail)];
  return [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function join(groups: number[], width: bigint): bigint {
  return groups.reduce((value, group) => (value << width) | BigInt(group), 0n);
}
