//! What a log says: the tests, one a line, as libtest and wasm-bindgen-test print them.

/// One test.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Case {
    /// The program that it is in, where the log has several.
    pub(crate) program: String,
    /// With its modules.
    pub(crate) name: String,
    pub(crate) outcome: Outcome,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Outcome {
    Passed,
    Failed,
    Skipped(String),
}

/// What a test says that it tried, more than one thing: `tried: 40 broken frames`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Tried {
    pub(crate) number: u64,
    pub(crate) what: String,
}

/// A log, read.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Log {
    pub(crate) cases: Vec<Case>,
    pub(crate) tried: Vec<Tried>,
    /// What was skipped and is no test, and why.
    pub(crate) skipped: Vec<(String, String)>,
}

impl Log {
    pub(crate) fn read(text: &str) -> Self {
        let mut log = Self::default();
        let mut program = String::new();
        for line in text.lines().map(str::trim_end) {
            if let Some(name) = program_of(line) {
                program = name;
            } else if let Some((name, outcome)) = result_of(line) {
                log.cases.push(Case {
                    program: program.clone(),
                    name: name.to_owned(),
                    outcome,
                });
            } else if let Some(tried) = tried_of(line) {
                log.tried.push(tried);
            } else if let Some((name, reason)) = skip_of(line) {
                log.skipped.push((name.to_owned(), reason.to_owned()));
            }
        }
        log.skip_tests();
        log
    }

    /// A test that says that it is skipped ends as one that passed.
    fn skip_tests(&mut self) {
        let cases = &mut self.cases;
        self.skipped.retain(|(name, reason)| {
            let is_it = |case: &&mut Case| is_named(&case.name, name);
            match cases.iter_mut().find(is_it) {
                Some(case) => {
                    case.outcome = Outcome::Skipped(reason.clone());
                    false
                }
                None => true,
            }
        });
    }
}

/// Whether these are names of one test, one of them with more of its modules.
fn is_named(name: &str, other: &str) -> bool {
    let (long, short) = match name.len() > other.len() {
        true => (name, other),
        false => (other, name),
    };
    long.strip_suffix(short)
        .is_some_and(|modules| modules.is_empty() || modules.ends_with("::"))
}

/// `Running unittests src/lib.rs (target/debug/deps/wasm_websocket-0a1b)` or `Doc-tests name`.
fn program_of(line: &str) -> Option<String> {
    let line = line.trim_start();
    if let Some(name) = line.strip_prefix("Doc-tests ") {
        return Some(format!("{name}, documentation"));
    }
    let (source, path) = line.strip_prefix("Running ")?.split_once(" (")?;
    let file = path.strip_suffix(')')?.rsplit('/').next()?;
    let (name, _) = file.rsplit_once('-')?;
    Some(match source.starts_with("unittests") {
        true => name.to_owned(),
        false => format!("tests/{name}"),
    })
}

/// `test NAME ... ok`.
fn result_of(line: &str) -> Option<(&str, Outcome)> {
    let (name, result) = line.strip_prefix("test ")?.split_once(" ... ")?;
    // Documentation has ` - compile` behind the name, a test that must panic ` - should panic`.
    let name = name.split(" - should panic").next()?.trim_end();
    let outcome = match result.split([' ', ',']).next()? {
        "ok" => Outcome::Passed,
        "ignored" => Outcome::Skipped("ignored".to_owned()),
        "FAILED" | "FAIL" => Outcome::Failed,
        _ => return None,
    };
    Some((name, outcome))
}

/// `tried: 40 broken frames, by events`.
fn tried_of(line: &str) -> Option<Tried> {
    let (number, what) = line.strip_prefix("tried: ")?.split_once(' ')?;
    Some(Tried {
        number: number.parse().ok()?,
        what: what.to_owned(),
    })
}

/// `NAME skipped: why`.
fn skip_of(line: &str) -> Option<(&str, &str)> {
    let skip = line.split_once(" skipped: ")?;
    (!skip.0.is_empty() && !skip.0.starts_with(' ')).then_some(skip)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn case(program: &str, name: &str, outcome: Outcome) -> Case {
        let (program, name) = (program.to_owned(), name.to_owned());
        Case {
            program,
            name,
            outcome,
        }
    }

    #[test]
    fn native_tests_are_told_apart_by_their_programs() {
        let log = Log::read(
            "     Running unittests src/lib.rs (target/debug/deps/some_crate-0a1b)\n\
             running 3 tests\n\
             test close::tests::a ... ok\n\
             test close::tests::b - should panic ... FAILED\n\
             test close::tests::c ... ignored, takes long\n\
             test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured\n\
             \x20    Running tests/suite/main.rs (/t/deps/suite-2c3d)\n\
             test echo::d     ... ok\n\
             \x20  Doc-tests some_crate\n\
             test src/lib.rs - f (line 3) - compile ... ok\n",
        );
        let ignored = Outcome::Skipped("ignored".to_owned());
        assert_eq!(
            log.cases,
            [
                case("some_crate", "close::tests::a", Outcome::Passed),
                case("some_crate", "close::tests::b", Outcome::Failed),
                case("some_crate", "close::tests::c", ignored),
                case("tests/suite", "echo::d", Outcome::Passed),
                case(
                    "some_crate, documentation",
                    "src/lib.rs - f (line 3) - compile",
                    Outcome::Passed
                ),
            ]
        );
    }

    #[test]
    fn a_test_that_says_so_is_skipped() {
        let log = Log::read(
            "window::suite::order::by_stream::a skipped: no WebSocketStream here\n\
             test suite::order::by_stream::a ... ok\n\
             test suite::order::by_events::a ... ok\n\
             order::a skipped: it is another\n\
             window tests in firefox skipped: it ends early\n\
             \x20  indented skipped: no\n",
        );
        let why = Outcome::Skipped("no WebSocketStream here".to_owned());
        assert_eq!(
            log.cases,
            [
                case("", "suite::order::by_stream::a", why),
                case("", "suite::order::by_events::a", Outcome::Passed),
            ]
        );
        let names: Vec<_> = log.skipped.iter().map(|(name, _)| &**name).collect();
        assert_eq!(names, ["order::a", "window tests in firefox"]);
    }

    #[test]
    fn what_is_tried_in_one_test_is_counted() {
        let log = Log::read("tried: 40 broken frames, by events\ntried: many\ntried: x y\n");
        let (number, what) = (40, "broken frames, by events".to_owned());
        assert_eq!(log.tried, [Tried { number, what }]);
    }
}
