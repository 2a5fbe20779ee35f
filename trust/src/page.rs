//! The page: a section for each way of trying, and what was skipped, with the reasons.

use std::{collections::BTreeMap, fmt::Write};

use crate::{
    log::{Case, Outcome},
    run::{Run, Step},
    table::{line, Table},
};

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
    if run.parts > 1 {
        writeln!(
            page,
            "Put together of {} runs: a step of a later one is in the place of the same step of an \
             earlier one.\n",
            run.parts
        )?;
    }
    line(page, ["with", "version"].map(str::to_owned))?;
    line(page, ["---", "---"].map(str::to_owned))?;
    for (name, version) in &run.versions {
        line(page, [name.clone(), version.clone()])?;
    }

    let Tables {
        suite,
        others,
        demo,
        native,
        tried,
    } = Tables::of(run);
    section(page, "The crate, by runtime", &suite)?;
    section(page, "The crate, in programs besides", &others)?;
    for (kind, table) in &tried {
        section(page, &format!("Tried within one test: {kind}"), table)?;
    }
    section(page, "The demo page", &demo)?;
    section(page, "Outside of browsers", &native)?;
    write_checks(page, run)?;
    write_skipped(page, run)
}

fn section(page: &mut String, title: &str, table: &Table) -> std::fmt::Result {
    write!(page, "\n## {title}\n\n{table}")
}

struct Tables {
    /// The tests that each runtime runs.
    suite: Table,
    /// Those of the other programs in browsers.
    others: Table,
    demo: Table,
    native: Table,
    /// What tests try more than one thing of, by the kind of their step.
    tried: BTreeMap<String, Table>,
}

impl Tables {
    fn of(run: &Run) -> Self {
        let mut tables = Self {
            suite: Table::new(&["feature", "transport"]),
            others: Table::new(&["program", "transport"]),
            demo: Table::new(&["view"]),
            native: Table::new(&["program"]),
            tried: BTreeMap::new(),
        };
        for step in run.steps.iter().filter(|step| step.has_tests) {
            match step.name.split_once("tests in ") {
                Some(("page ", _)) => tables.take_demo(step),
                Some((kind, place)) => tables.take_crate(step, kind.trim_end(), &in_words(place)),
                None => step
                    .log
                    .cases
                    .iter()
                    .for_each(|case| tables.take_native(case)),
            }
        }
        tables
    }

    /// Of names such as `suite::order::by_events::…` or `connections::by_stream::…`.
    fn take_crate(&mut self, step: &Step, kind: &str, place: &str) {
        let mut names = step.log.cases.iter().map(|case| &case.name);
        let is_suite = names.any(|name| name.starts_with("suite::"));
        let column = match (is_suite, kind) {
            (false, _) | (true, "") => place.to_owned(),
            (true, kind) => format!("{place}, {}", in_words(kind)),
        };
        for case in &step.log.cases {
            let mut modules: Vec<_> = case.name.split("::").collect();
            modules.pop();
            modules.retain(|module| !module.starts_with("by_"));
            let (row, table) = match modules[..] {
                ["suite", feature, ..] => (feature.to_owned(), &mut self.suite),
                [module, ..] => (format!("{kind}, {module}"), &mut self.others),
                [] => (kind.to_owned(), &mut self.others),
            };
            let row = [&in_words(&row), transport(&case.name)];
            table.count(&row, &column, &case.outcome);
        }
        let kind = if is_suite { "the suite" } else { kind };
        for tried in &step.log.tried {
            let table = self.tried.entry(kind.to_owned());
            let table = table.or_insert_with(|| Table::new(&["what"]));
            table.cell(&[&tried.what], &column).passed += tried.number;
        }
    }

    /// Of names such as `chrome::exchange::…`, and of what needs no browser.
    fn take_demo(&mut self, step: &Step) {
        for case in &step.log.cases {
            let mut modules = case.name.split("::");
            match (modules.next(), modules.next()) {
                (Some(browser @ ("chrome" | "firefox")), Some(view)) => {
                    self.demo.count(&[view], &in_words(browser), &case.outcome);
                }
                _ => self.take_native(case),
            }
        }
    }

    fn take_native(&mut self, case: &Case) {
        self.native.count(&[&case.program], "tests", &case.outcome);
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
    match name
        .split("::")
        .find_map(|module| module.strip_prefix("by_"))
    {
        Some("events") => "events",
        Some("stream") => "stream",
        _ => "",
    }
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
            parts: 1,
            versions: vec![("Rust".to_owned(), "1.2.3".to_owned())],
            steps: vec![
                step("fmt", ""),
                step(
                    "native tests",
                    "     Running unittests src/lib.rs (a/deps/b-0)\ntest c::d ... ok",
                ),
                step(
                    "window tests in chrome",
                    "test suite::order::by_events::a ... ok\ntried: 40 broken frames\n",
                ),
                step(
                    "tests in deno",
                    "test suite::order::by_stream::a ... ok\n\
                     node::suite::order::by_stream::a skipped: no WebSocketStream here",
                ),
                step(
                    "peers tests in chrome by proxy",
                    "test by_events::a ... FAILED",
                ),
                step(
                    "page tests in chrome firefox",
                    "     Running tests/page.rs (a/deps/page-0)\ntest built::e ... ok\ntest firefox::room::a ... ok",
                ),
            ],
        };
        let again = Run {
            parts: 1,
            versions: vec![("Rust".to_owned(), "1.2.4".to_owned())],
            steps: vec![step("fmt", "")],
        };
        let page = write(&Run::together(vec![run, again]));
        for part in [
            "**12 passed, 0 failed, 0 skipped.**",
            "| Rust | 1.2.4 |",
            "| feature | transport | Chromium, window | Deno |",
            "| order | events | 1 | – |",
            "| order | stream | – | –, 1 skipped |",
            "| program | transport | Chromium by proxy |",
            "| peers | events | –, **1 failed** |",
            "| what | Chromium, window |",
            "| broken frames | 40 |",
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
