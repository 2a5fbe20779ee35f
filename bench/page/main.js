// Runs what the plan asks for, and posts the samples to where the page came from.

import { candidates } from "./candidates.js";
import { wrapper } from "./wrapper.js";

const sections = { wrapper };

const post = (path, body) => fetch(path, { method: "POST", body: JSON.stringify(body) });

try {
    const plan = await (await fetch("plan.json")).json();
    for (const { section, rounds, names } of plan) {
        const report = (group, name, unit, samples) =>
            post("/samples", { group: `${section}: ${group}`, name, unit, samples });
        await sections[section]({ rounds, candidates: await candidates(names) }, report);
    }
    await post("/done", null);
} catch (error) {
    await post("/failed", `${error}\n${error.stack}`);
}
