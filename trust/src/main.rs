//! The page of figures: what a run of `scripts/test` tried, where, and what came of it.
//!
//! A run leaves a folder: `steps.tsv`, a line for each step, a log for each step, and
//! `versions.tsv`. All that the page says is read there.

mod log;
mod page;
mod run;
mod table;

use std::{fs, path::PathBuf, process::ExitCode};

use clap::Parser;

use crate::run::{Error, Run};

/// Writes the page of figures of runs of `scripts/test`.
#[derive(Debug, Parser)]
#[command(version)]
struct Args {
    /// The page to write
    page: PathBuf,

    /// The folder that a run left, or several: a step of a later one replaces that of an earlier
    #[arg(required = true)]
    runs: Vec<PathBuf>,
}

fn main() -> ExitCode {
    match write(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write(Args { page, runs }: &Args) -> Result<(), Error> {
    let runs = runs.iter().map(|run| Run::read(run));
    let text = page::write(&Run::together(runs.collect::<Result<_, _>>()?));
    fs::write(page, text).map_err(|error| Error::at(page, error))
}
