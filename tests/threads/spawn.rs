//! A thread in the browser: a dedicated worker with an instance of this module on the same memory.

use std::{future::Future, pin::Pin};

use futures::channel::oneshot;
use wasm_bindgen::prelude::*;

/// What a worker runs: made there, so that its future need not be `Send`.
type Job = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = ()>>> + Send>;

/// Starts a worker, and returns what its task comes to.
pub(super) fn spawn<F, T>(task: impl FnOnce() -> F + Send + 'static) -> oneshot::Receiver<T>
where
    F: Future<Output = T> + 'static,
    T: Send + 'static,
{
    let (output, outcome) = oneshot::channel();
    let job: Job = Box::new(move || {
        Box::pin(async move {
            // Nobody need be waiting.
            let _ = output.send(task().await);
        })
    });
    let job = Box::into_raw(Box::new(job)) as usize;
    start_worker(&wasm_bindgen::module(), &wasm_bindgen::memory(), job);
    outcome
}

/// What a worker calls, once.
#[wasm_bindgen]
#[allow(unreachable_pub)]
pub async fn run_job(job: usize) {
    // SAFETY: `spawn` made it of a box, for this call alone.
    let job = unsafe { Box::from_raw(job as *mut Job) };
    job().await;
}

#[wasm_bindgen(inline_js = "
    // The test runner serves this module two folders below its own.
    const glue = new URL('../../wasm-bindgen-test.js', import.meta.url);
    const script = `
        import init, { run_job } from '${glue}';
        onmessage = async ({ data: [module, memory, job] }) => {
            try {
                const wasm = await init({ module_or_path: module, memory });
                await run_job(job);
                wasm.__wbindgen_thread_destroy();
                postMessage('done');
                close();
            } catch (thrown) {
                reportError(thrown);
            }
        };`;
    const script_url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
    // Firefox collects a worker that nobody refers to and that only waits for Atomics.
    const workers = new Set();
    export function start_worker(module, memory, job) {
        const worker = new Worker(script_url, { type: 'module' });
        workers.add(worker);
        worker.onmessage = ({ data }) => data === 'done' && workers.delete(worker);
        worker.onerror = ({ message }) => console.error(`a worker failed: ${message}`);
        worker.postMessage([module, memory, job]);
    }
")]
extern "C" {
    fn start_worker(module: &JsValue, memory: &JsValue, job: usize);
}
