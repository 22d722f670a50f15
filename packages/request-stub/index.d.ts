// The part of `request` that the stub has.
declare namespace request {
  interface Options {
    readonly uri: string;
    readonly method: string;
    readonly qs?: Readonly<Record<string, unknown>> | null | undefined;
    readonly headers?: Readonly<Record<string, string>> | undefined;
    readonly body?: string | Uint8Array | undefined;
    /** `null` asks for a Buffer. */
    readonly encoding?: null | undefined;
    /** Milliseconds. */
    readonly timeout?: number | undefined;
    readonly signal?: AbortSignal | undefined;
  }
  interface Answer {
    readonly statusCode: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | Buffer;
  }
  type Callback = (error: Error | null, response?: Answer, body?: string | Buffer) => void;
}

declare function request(options: request.Options, callback: request.Callback): void;

export = request;
