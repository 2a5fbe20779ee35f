// How candidates race: in turns, so that all of them meet the same weather.

const WARM_UP = 2;

/**
 * Runs the batch of every runner once a round, and returns the samples of each by its name. Who
 * begins changes from round to round, and garbage is collected in between where a page can do it.
 */
export async function race(runners, rounds, batch) {
    const samples = Object.fromEntries(runners.map(({ name }) => [name, []]));
    for (let round = -WARM_UP; round < rounds; round++) {
        for (let turn = 0; turn < runners.length; turn++) {
            const runner = runners[(turn + round + WARM_UP) % runners.length];
            globalThis.gc?.();
            const sample = await within(batch(runner), runner.name);
            if (round >= 0) {
                samples[runner.name].push(sample);
            }
        }
    }
    return samples;
}

const TOO_LONG = 60_000;

/** What the work results in, unless it hangs: then an error that says whose it is. */
async function within(work, name) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(`${name} hangs`)), TOO_LONG);
    });
    try {
        return await Promise.race([work, late]);
    } finally {
        clearTimeout(timer);
    }
}
