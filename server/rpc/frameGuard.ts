import { Transform, type TransformCallback } from 'node:stream';

/** Bytes that break the framing, or a frame larger than allowed. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

/** LSP's headers are two short lines (base protocol, "Header Part"). */
const MAX_HEADER_BYTES = 1024;
const HEADER_END = Buffer.from('\r\n\r\n');

/**
 * Passes LSP frames on unchanged and fails at the first byte that cannot be one. The JSON-RPC reader behind it would
 * gather a wrong header, or a body of any announced length, in memory without bound.
 */
export class FrameGuard extends Transform {
  /** Largest body in bytes; may be raised when the peer has shown who it is. */
  maxBodyBytes: number;
  #header = Buffer.alloc(0);
  #bodyLeft = 0;

  constructor(maxBodyBytes: number) {
    super();
    this.maxBodyBytes = maxBodyBytes;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    try {
      this.#inspect(chunk);
    } catch (error) {
      done(error as Error);
      return;
    }
    done(null, chunk);
  }

  #inspect(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#bodyLeft > 0) {
        const taken = Math.min(this.#bodyLeft, chunk.length - at);
        this.#bodyLeft -= taken;
        at += taken;
        continue;
      }
      const before = this.#header.length;
      this.#header = Buffer.concat([this.#header, chunk.subarray(at, at + MAX_HEADER_BYTES)]);
      const end = this.#header.indexOf(HEADER_END);
      if (end < 0) {
        this.#checkStart();
        if (this.#header.length >= MAX_HEADER_BYTES) throw new FrameError('a header without an end');
        return;
      }
      this.#bodyLeft = this.#bodyLength(this.#header.toString('latin1', 0, end));
      at += end + HEADER_END.length - before;
      this.#header = Buffer.alloc(0);
    }
  }

  /** Tells junk from a header that is still arriving. */
  #checkStart(): void {
    const start = this.#header.toString('latin1', 0, 'Content-'.length);
    if (!'content-'.startsWith(start.toLowerCase())) throw new FrameError('not a header of the protocol');
  }

  #bodyLength(header: string): number {
    const lengths = header.split('\r\n').map((line) => /^content-length: *(\d{1,15})$/i.exec(line)?.[1]);
    const length = Number(lengths.find((value) => value !== undefined) ?? NaN);
    if (Number.isNaN(length)) throw new FrameError('a header without Content-Length');
    if (length === 0) throw new FrameError('an empty message');
    if (length > this.maxBodyBytes) {
      throw new FrameError(`a message of ${length} bytes, allowed are ${this.maxBodyBytes}`);
    }
    return length;
  }
}
