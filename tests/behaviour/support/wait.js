// Waiting for something that can be observed, never for time to pass.

/** Waiting on makes no sense after this. */
export class Hopeless extends Error {}

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Calls `probe` until it returns something truthy, and returns that. What the probe threw or returned
 * last becomes part of the error when the deadline passes.
 */
export async function until(what, probe, { within = 20_000, every = 20 } = {}) {
  const deadline = performance.now() + within;
  let last;
  for (;;) {
    try {
      last = await probe();
      if (last) return last;
    } catch (error) {
      if (error instanceof Hopeless) throw error;
      last = error;
    }
    if (performance.now() >= deadline) {
      const detail = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`not within ${within} ms: ${what} (last seen: ${detail})`);
    }
    await pause(every);
  }
}

/** Fails when `promise` has not settled within `ms`. */
export function within(ms, what, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not within ${ms} ms: ${what}`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
