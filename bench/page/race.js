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
            const sample = await batch(runner);
            if (round >= 0) {
                samples[runner.name].push(sample);
            }
        }
    }
    return samples;
}
