//! A run of `scripts/test`: its steps in their order, what their logs say, and the versions of what took part.

use std::{fmt, fs, path::Path};

use crate::log::Log;

#[derive(Debug)]
pub(crate) struct Run {
    /// Of how many it was put together.
    pub(crate) parts: usize,
    /// Names and versions.
    pub(crate) versions: Vec<(String, String)>,
    pub(crate) steps: Vec<Step>,
}

#[derive(Debug)]
pub(crate) struct Step {
    /// Of tests; otherwise it is one thing that goes well or not.
    pub(crate) has_tests: bool,
    pub(crate) name: String,
    /// As the script counted.
    pub(crate) counts: Counts,
    pub(crate) log: Log,
}

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Run {
    pub(crate) fn read(folder: &Path) -> Result<Self, Error> {
        let versions = rows(&folder.join("versions.tsv"), |[name, version]| {
            Some((name.to_owned(), version.to_owned()))
        })?;
        let mut steps = rows(&folder.join("steps.tsv"), |row: [&str; 6]| {
            let [kind, name, passed, failed, skipped, log] = row;
            let step = Step {
                has_tests: kind == "tests",
                name: name.to_owned(),
                counts: Counts {
                    passed: passed.parse().ok()?,
                    failed: failed.parse().ok()?,
                    skipped: skipped.parse().ok()?,
                },
                log: Log::default(),
            };
            Some((step, folder.join(log)))
        })?;
        for (step, log) in &mut steps {
            let bytes = fs::read(&*log).map_err(|error| Error::at(log, error))?;
            step.log = Log::read(&String::from_utf8_lossy(&bytes));
        }
        Ok(Self {
            parts: 1,
            versions,
            steps: steps.into_iter().map(|(step, _)| step).collect(),
        })
    }

    /// The steps of all runs; of those that several have, the last.
    pub(crate) fn together(runs: Vec<Self>) -> Self {
        let mut whole = Self {
            parts: 0,
            versions: Vec::new(),
            steps: Vec::new(),
        };
        for run in runs {
            whole.parts += run.parts;
            whole.versions = run.versions;
            for step in run.steps {
                match whole.steps.iter_mut().find(|known| known.name == step.name) {
                    Some(known) => *known = step,
                    None => whole.steps.push(step),
                }
            }
        }
        whole
    }
}

/// The lines of a file of values between tabs.
fn rows<T, const N: usize>(
    path: &Path,
    convert: impl Fn([&str; N]) -> Option<T>,
) -> Result<Vec<T>, Error> {
    let text = fs::read_to_string(path).map_err(|error| Error::at(path, error))?;
    let row = |line: &str| {
        let values: Vec<_> = line.split('\t').collect();
        let row = values.try_into().ok().and_then(&convert);
        row.ok_or_else(|| Error::at(path, format!("what is this: {line:?}")))
    };
    text.lines().map(row).collect()
}

/// What is wrong with a file, in words.
#[derive(Debug)]
pub(crate) struct Error(String);

impl Error {
    pub(crate) fn at(path: &Path, error: impl fmt::Display) -> Self {
        Self(format!("{}: {error}", path.display()))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}
