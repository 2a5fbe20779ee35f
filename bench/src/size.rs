//! How much of a small app a user's browser has to load, compressed as servers do it.

use std::{fs, io::Write, path::Path};

use flate2::{write::GzEncoder, Compression};

use crate::{
    candidates::{Candidate, Workshop},
    error::Error,
    figures::Figure,
};

/// The size of a candidate's echo app, its wasm and its JavaScript.
pub(crate) fn measure(workshop: &Workshop, candidate: &Candidate) -> Result<Option<Figure>, Error> {
    let Some(module) = workshop.build_echo(candidate)? else {
        return Ok(None);
    };
    let bytes = gzipped(&module.wasm)? + gzipped(&module.js)?;
    Ok(Some(Figure::single(
        "size",
        candidate.name,
        bytes as f64,
        "bytes",
    )))
}

pub(crate) fn gzipped(file: &Path) -> Result<usize, Error> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&fs::read(file)?)?;
    Ok(encoder.finish()?.len())
}
