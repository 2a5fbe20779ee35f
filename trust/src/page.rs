//! The page: a section for each way of trying, and what was skipped, with the reasons.

use std::{collections::BTreeMap, fmt::Write};

use crate::{
    log::{Case, Outcome},
    run::{Run, Step},
    table::{line, Table},
};

/// The tests that each runtime runs.
const SUITE: &str = "suite";

pub(crate) fn write(run: &Run) -> String {
    let mut page = String::new();
    // Writing to a String doesn't fail.
    let _ = write_to(&mut page, run);
    page
}

fn write_to(page: &mut String, run: &Run) -> std::fmt::Result {
    let sum = |count: fn(&Step) -> u64| run.steps.iter().map(count).sum::<u64>();
    writeln!(page, "# What was tried\n")?;
    writeln!(
        page,
        "Written by `scripts/test --full`: nothing here is typed by hand. A test that lacks \
         something where it runs is skipped; the reasons are at the end.\n"
    )?;
    writeln!(
        page,
        "**{} passed, {} failed, {} skipped.**\n",
        sum(|step| step.counts.passed),
        sum(|step| step.counts.failed),
        sum(|step| step.counts.skipped)
    )?;
    line(page, ["with", "version"].map(str::to_owned))?;
    line(page, ["---", "---"].map(str::to_owned))?;
    for (name, version) in &run.versions {
        line(page, [name.clone(), version.clone()])?;
    }

    let [suite, others, demo, native] = tables(run);
    section(page, "The crate, by runtime", &suite)?;
    section(page, "The crate, what takes a place of its own", &others)?;
    write_tried(page, run)?;
    section(page, "The demo page", &demo)?;
    section(page, "Outside of browsers", &native)?;
    write_checks(page, run)?;
    write_skipped(page, run)
}

fn section(page: &mut String, title: &str, table: &Table) -> std::fmt::Result {
    write!(page, "\n## {title}\n\n{table}")
}

/// Of the suite, of the programs besides it, of the demo page, and of what runs natively.
fn tables(run: &Run) -> [Table; 4] {
    let mut suite = Table::new(&["feature", "transport"]);
    let mut others = Table::new(&["what", "transport"]);
    let mut demo = Table::new(&["view"]);
    let mut native = Table::new(&["program"]);
    for step in run.steps.iter().filter(|step| step.has_tests) {
        for case in &step.log.cases {
            let outcome = &case.outcome;
            match Place::of(step, case) {
                Place::Suite { column, feature } => {
                    suite.count(&[feature, transport(&case.name)], &column, outcome);
                }
                Place::Program { column, what } => {
                    others.count(&[&what, transport(&case.name)], &column, outcome);
                }
                Place::Page { browser, view } => demo.count(&[view], &browser, outcome),
                Place::Native => native.count(&[&case.program], "tests", outcome),
            }
        }
    }
    [suite, others, demo, native]
}

/// Where a test belongs.
enum Place<'a> {
    Suite { column: String, feature: &'a str },
    Program { column: String, what: String },
    Page { browser: String, view: &'a str },
    Native,
}

impl<'a> Place<'a> {
    /// By the names of the step, `window tests in chrome` or `native tests`, and of the test,
    /// `window::suite::order::by_events::…` or `chrome::exchange::…`.
    fn of(step: &Step, case: &'a Case) -> Self {
        let Some((kind, place)) = step.name.split_once("tests in ") else {
            return Self::Native;
        };
        let mut modules = case.name.split("::");
        let program = modules.next().unwrap_or_default();
        let second = modules.next().unwrap_or_default();
        if kind == "page " {
            return match program {
                "chrome" | "firefox" => Self::Page {
                    browser: in_words(program),
                    view: second,
                },
                _ => Self::Native,
            };
        }
        let place = in_words(place);
        match second {
            SUITE => Self::Suite {
                column: match kind.trim_end() {
                    "" => place,
                    kind => format!("{place}, {}", in_words(kind)),
                },
                feature: modules.next().unwrap_or_default(),
            },
            _ => Self::Program {
                column: place,
                what: in_words(program),
            },
        }
    }
}

/// A name in the scripts or in the code, as people know it.
fn in_words(name: &str) -> String {
    name.replace('_', " ")
        .replace("chrome", "Chromium")
        .replace("firefox", "Firefox")
        .replace("node", "Node")
        .replace("deno", "Deno")
}

fn transport(name: &str) -> &'static str {
    match name {
        _ if name.contains("::by_events::") => "events",
        _ if name.contains("::by_stream::") => "stream",
        _ => "",
    }
}

/// What tests try more than one thing of, by what it is, and where.
fn write_tried(page: &mut String, run: &Run) -> std::fmt::Result {
    let mut tried = BTreeMap::<(&str, u64), Vec<String>>::new();
    for step in &run.steps {
        for one in &step.log.tried {
            let key = (one.what.as_str(), one.number);
            tried.entry(key).or_default().push(in_words(&step.name));
        }
    }
    writeln!(page, "\n## Tried within one test\n")?;
    line(page, ["what", "number", "where"].map(str::to_owned))?;
    line(page, ["---", "---:", "---"].map(str::to_owned))?;
    for ((what, number), mut places) in tried {
        places.dedup();
        let cells = [what.to_owned(), number.to_string(), places.join("; ")];
        line(page, cells)?;
    }
    Ok(())
}

fn write_checks(page: &mut String, run: &Run) -> std::fmt::Result {
    writeln!(page, "\n## Without tests\n")?;
    for step in run.steps.iter().filter(|step| !step.has_tests) {
        let word = match (step.counts.failed, step.counts.skipped) {
            (0, 0) => "ok",
            (0, _) => "ok, with something skipped",
            _ => "**failed**",
        };
        writeln!(page, "- {}: {word}", step.name)?;
    }
    Ok(())
}

fn write_skipped(page: &mut String, run: &Run) -> std::fmt::Result {
    let mut reasons = BTreeMap::<&str, BTreeMap<String, u64>>::new();
    for step in &run.steps {
        let tests = step
            .log
            .cases
            .iter()
            .filter_map(|case| match &case.outcome {
                Outcome::Skipped(reason) => Some(reason.as_str()),
                _ => None,
            });
        let others = step.log.skipped.iter().map(|(_, reason)| reason.as_str());
        for reason in tests.chain(others) {
            let steps = reasons.entry(reason).or_default();
            *steps.entry(in_words(&step.name)).or_default() += 1;
        }
    }
    writeln!(page, "\n## Skipped, and why\n")?;
    for (reason, steps) in reasons {
        let places = steps
            .iter()
            .map(|(step, number)| format!("{step} ({number})"));
        let places: Vec<_> = places.collect();
        writeln!(page, "- {reason}: {}", places.join(", "))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{log::Log, run::Counts};

    fn step(name: &str, log: &str) -> Step {
        Step {
            has_tests: !log.is_empty(),
            name: name.to_owned(),
            counts: Counts {
                passed: 2,
                ..Counts::default()
            },
            log: Log::read(log),
        }
    }

    #[test]
    fn every_test_is_in_one_table() {
        let run = Run {
            versions: vec![("Rust".to_owned(), "1.2.3".to_owned())],
            steps: vec![
                step("fmt", ""),
                step(
                    "native tests",
                    "     Running unittests src/lib.rs (a/deps/b-0)\ntest c::d ... ok",
                ),
                step(
                    "window tests in chrome",
                    "test window::suite::order::by_events::a ... ok\ntried: 40 broken frames\n",
                ),
                step(
                    "tests in deno",
                    "test node::suite::order::by_stream::a ... ok\n\
                     node::suite::order::by_stream::a skipped: no WebSocketStream here",
                ),
                step(
                    "peers tests in chrome by proxy",
                    "test peers::by_events::a ... FAILED",
                ),
                step(
                    "page tests in chrome firefox",
                    "     Running tests/page.rs (a/deps/page-0)\ntest built::e ... ok\ntest firefox::room::a ... ok",
                ),
            ],
        };
        let page = write(&run);
        for part in [
            "**12 passed, 0 failed, 0 skipped.**",
            "| Rust | 1.2.3 |",
            "| feature | transport | Chromium, window | Deno |",
            "| order | events | 1 | – |",
            "| order | stream | – | –, 1 skipped |",
            "| what | transport | Chromium by proxy |",
            "| peers | events | –, **1 failed** |",
            "| broken frames | 40 | window tests in Chromium |",
            "| view | Firefox |",
            "| room | 1 |",
            "| program | tests |",
            "| b | 1 |",
            "| tests/page | 1 |",
            "- fmt: ok",
            "- no WebSocketStream here: tests in Deno (1)",
        ] {
            assert!(page.lines().any(|line| line == part), "{part}\n{page}");
        }
    }
}
