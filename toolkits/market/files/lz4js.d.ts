// lz4js 0.2.0 has no types of its own.
declare module "lz4js" {
  const lz4: {
    compress(source: Uint8Array): Uint8Array;
    /** Writes what a block holds from `toIndex` on, and gives the index behind it. */
    decompressBlock(source: Uint8Array, to: Uint8Array, at: number, length: number, toIndex: number): number;
  };
  export default lz4;
}
