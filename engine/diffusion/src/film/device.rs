//! Where networks run: `auto`, `cpu`, `cuda:N` or `metal`.

use std::{fmt, str::FromStr};

use candle_core::{DType, Device};

use crate::error::{Error, Result};

/// A device as the user names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DeviceName {
    /// The first graphics card that this build can use and the machine has, else the CPU.
    #[default]
    Auto,
    /// The CPU.
    Cpu,
    /// An NVIDIA card, by its number.
    Cuda(usize),
    /// Apple's graphics.
    Metal,
}

impl fmt::Display for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Auto => f.write_str("auto"),
            Self::Cpu => f.write_str("cpu"),
            Self::Cuda(number) => write!(f, "cuda:{number}"),
            Self::Metal => f.write_str("metal"),
        }
    }
}

impl FromStr for DeviceName {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let number = text.strip_prefix("cuda:").and_then(|number| number.parse().ok());
        match (text, number) {
            ("auto", _) => Ok(Self::Auto),
            ("cpu", _) => Ok(Self::Cpu),
            ("cuda", _) => Ok(Self::Cuda(0)),
            (_, Some(number)) => Ok(Self::Cuda(number)),
            ("metal", _) => Ok(Self::Metal),
            _ => Err(Error::value(
                "the device",
                "auto, cpu, cuda:N or metal",
                format!("\"{text}\""),
            )),
        }
    }
}

impl DeviceName {
    /// The device, and the kind of number that networks compute in there: f32 on the CPU, f16 elsewhere.
    ///
    /// # Errors
    /// [`phosphene_core::Error::Value`] when this build can't use it or the machine doesn't have it.
    pub fn open(self) -> Result<(Device, DType)> {
        let refused =
            |expected: &str, reason: String| Error::value("the device", expected, format!("\"{self}\" ({reason})"));
        match self {
            Self::Cpu => Ok((Device::Cpu, DType::F32)),
            Self::Cuda(number) => {
                if !candle_core::utils::cuda_is_available() {
                    return Err(refused(
                        "one that this build has: build with --features cuda for NVIDIA cards",
                        "not built in".into(),
                    ));
                }
                let device = Device::new_cuda(number)
                    .map_err(|error| refused("a card that is there, with its driver", error.to_string()))?;
                Ok((device, DType::F16))
            }
            Self::Metal => {
                if !candle_core::utils::metal_is_available() {
                    return Err(refused(
                        "one that this build has: build with --features metal on a Mac",
                        "not built in".into(),
                    ));
                }
                let device = Device::new_metal(0).map_err(|error| refused("one that is there", error.to_string()))?;
                Ok((device, DType::F16))
            }
            Self::Auto => {
                let better = [Self::Cuda(0), Self::Metal];
                let found = better.into_iter().find_map(|name| name.open().ok());
                Ok(found.unwrap_or((Device::Cpu, DType::F32)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_they_are_written() {
        for name in [
            DeviceName::Auto,
            DeviceName::Cpu,
            DeviceName::Cuda(3),
            DeviceName::Metal,
        ] {
            assert_eq!(name.to_string().parse::<DeviceName>().unwrap(), name);
        }
        for wrong in ["", "gpu", "cuda:", "cuda:-1", "cuda:x"] {
            assert!(wrong.parse::<DeviceName>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_cpu_is_always_there_and_what_is_not_built_in_is_refused() {
        assert!(matches!(DeviceName::Cpu.open(), Ok((Device::Cpu, DType::F32))));
        assert!(DeviceName::Auto.open().is_ok());
        if !candle_core::utils::cuda_is_available() {
            let error = DeviceName::Cuda(0).open().unwrap_err().to_string();
            assert!(error.contains("--features cuda"), "{error}");
        }
    }
}
