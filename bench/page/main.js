// Runs what the plan asks for, and posts the samples to where the page came from.

import { candidates } from "./candidates.js";
import { memory } from "./memory.js";
import { observe } from "./observe.js";
import { serveFrom } from "./servers.js";
import { sockets } from "./sockets.js";
import { wrapper } from "./wrapper.js";

const sections = { wrapper, sockets, memory };

const post = (path, body) =>
    fetch(path, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
    });

try {
    observe();
    const { servers, steps } = await (await fetch("plan.json")).json();
    serveFrom(servers);
    for (const { section, names, ...step } of steps) {
        const skip = (what) => post("/skipped", what);
        const report = (group, name, unit, samples) =>
            post("/samples", { group: `${section}: ${group}`, name, unit, samples });
        const racing = await candidates(names, section, skip);
        await sections[section]({ ...step, candidates: racing }, report);
    }
    await post("/done", null);
} catch (error) {
    await post("/failed", `${error}\n${error.stack}`);
}
