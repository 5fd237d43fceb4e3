/** The CRCs of S3 that Node does not have: reflected, inverted before and after, in halves of 32 bits, which are fast. */
const CRCS = {
  /** Castagnoli: RFC 3720. */
  CRC32C: { low: 0x82f63b78, high: 0, bytes: 4 },
  /** NVM Express, NVM Command Set Specification. */
  CRC64NVME: { low: 0xac4bc9b5, high: 0x9a6c9329, bytes: 8 },
};

/** What each byte contributes. */
interface Table {
  low: Uint32Array;
  high: Uint32Array;
}

const tables = new Map<keyof typeof CRCS, Table>();

/** Base64 of the checksum's bytes, the most significant first. */
export function crc(name: keyof typeof CRCS, data: Uint8Array): string {
  const { bytes } = CRCS[name];
  const table = tables.get(name) ?? newTable(name);
  let low = -1;
  let high = bytes === 8 ? -1 : 0;
  for (const byte of data) {
    const index = (low ^ byte) & 0xff;
    low = (table.low[index] ?? 0) ^ (low >>> 8) ^ (high << 24);
    high = (table.high[index] ?? 0) ^ (high >>> 8);
  }
  const both = Buffer.alloc(8);
  both.writeInt32BE(~high, 0);
  both.writeInt32BE(~low, 4);
  return both.subarray(8 - bytes).toString('base64');
}

function newTable(name: keyof typeof CRCS): Table {
  const table = { low: new Uint32Array(256), high: new Uint32Array(256) };
  for (let index = 0; index < 256; index += 1) {
    let [low, high] = [index, 0];
    for (let bit = 0; bit < 8; bit += 1) {
      const odd = low & 1;
      low = (low >>> 1) ^ (high << 31) ^ (odd ? CRCS[name].low : 0);
      high = (high >>> 1) ^ (odd ? CRCS[name].high : 0);
    }
    table.low[index] = low;
    table.high[index] = high;
  }
  tables.set(name, table);
  return table;
}
