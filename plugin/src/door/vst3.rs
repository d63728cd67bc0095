//! The VST3 door: nice-plug's component and controller, with lenient states, told values and a view that takes keys.

use std::{
    ffi::c_void,
    sync::{Arc, OnceLock},
};

use nice_plug::wrapper::{
    setup_logger,
    vst3::{
        PluginInfo, Wrapper,
        vst3::{
            Class, ComPtr, ComRef, ComWrapper,
            Steinberg::{
                FIDString, FUnknown, IBStream, IPlugView, IPluginBaseTrait, IPluginFactory, IPluginFactory2,
                IPluginFactory2Trait, IPluginFactory3, IPluginFactory3Trait, IPluginFactoryTrait, PClassInfo,
                PClassInfo2, PClassInfoW, PFactoryInfo, TBool, TUID,
                Vst::{
                    BusDirection, BusInfo, CString,
                    ChannelContext::{IInfoListener, IInfoListenerTrait},
                    CtrlNumber, IAttributeList, IAudioProcessor, IAudioProcessorTrait, IComponent, IComponentHandler,
                    IComponentHandlerTrait, IComponentTrait, IEditController, IEditControllerTrait, IMidiMapping,
                    IMidiMappingTrait, INoteExpressionController, INoteExpressionControllerTrait,
                    IProcessContextRequirements, IProcessContextRequirementsTrait, IUnitInfo, IUnitInfoTrait, IoMode,
                    MediaType, NoteExpressionTypeID, NoteExpressionTypeInfo, NoteExpressionValue, ParamID, ParamValue,
                    ParameterInfo, ProcessData, ProcessSetup, ProgramListID, ProgramListInfo, RestartFlags_,
                    RoutingInfo, SpeakerArrangement, String128, TChar, UnitID, UnitInfo,
                },
                int16, int32, kInvalidArgument, kResultFalse, kResultOk, tresult, uint32,
            },
        },
    },
};
use parking_lot::Mutex;

use super::{keys_of_the_last_made, stream, view::View};
use crate::{Phosphene, keys::Keys, saved};

/// Component and controller of one instance.
struct Door {
    inner: Wrapper<Phosphene>,
    keys: Option<Arc<Keys>>,
    /// The host's ear for changed values.
    handler: Mutex<Option<ComPtr<IComponentHandler>>>,
}

// SAFETY: the wrapper is made for calls from the threads that VST3 allows; the handler's references are counted by the
// host, which is called on the thread that calls us.
unsafe impl Send for Door {}
// SAFETY: as above.
unsafe impl Sync for Door {}

impl Door {
    fn new() -> Self {
        let inner = Wrapper::new();
        Self {
            inner,
            keys: keys_of_the_last_made(),
            handler: Mutex::new(None),
        }
    }

    /// Tells the host that all values may have changed: it shows what it has cached until then.
    fn tell_values(&self) {
        // Not under the lock: the host may ask us back.
        let handler = self.handler.lock().clone();
        if let Some(handler) = handler {
            // SAFETY: the host's handler, which is called on its own thread.
            unsafe { handler.restartComponent(RestartFlags_::kParamValuesChanged as int32) };
        }
    }
}

impl Class for Door {
    type Interfaces = (
        IComponent,
        IEditController,
        IAudioProcessor,
        IMidiMapping,
        INoteExpressionController,
        IProcessContextRequirements,
        IUnitInfo,
        IInfoListener,
    );
}

/// Calls that go on to the wrapper as they came.
macro_rules! passed_on {
    ($of:ident: $(fn $name:ident($($argument:ident: $kind:ty),*) -> $result:ty;)*) => {
        $(unsafe fn $name(&self $(, $argument: $kind)*) -> $result {
            // SAFETY: passed on as it came.
            unsafe { $of::$name(&self.inner $(, $argument)*) }
        })*
    };
}

impl IPluginBaseTrait for Door {
    passed_on! { IPluginBaseTrait:
        fn initialize(context: *mut FUnknown) -> tresult;
    }

    unsafe fn terminate(&self) -> tresult {
        *self.handler.lock() = None;
        // SAFETY: passed on as it came.
        unsafe { IPluginBaseTrait::terminate(&self.inner) }
    }
}

impl IComponentTrait for Door {
    passed_on! { IComponentTrait:
        fn getControllerClassId(class: *mut TUID) -> tresult;
        fn setIoMode(mode: IoMode) -> tresult;
        fn getBusCount(media: MediaType, direction: BusDirection) -> int32;
        fn getBusInfo(media: MediaType, direction: BusDirection, index: int32, bus: *mut BusInfo) -> tresult;
        fn getRoutingInfo(from: *mut RoutingInfo, to: *mut RoutingInfo) -> tresult;
        fn activateBus(media: MediaType, direction: BusDirection, index: int32, state: TBool) -> tresult;
        fn setActive(state: TBool) -> tresult;
        fn getState(state: *mut IBStream) -> tresult;
    }

    unsafe fn setState(&self, state: *mut IBStream) -> tresult {
        // SAFETY: the host's stream.
        let Some(bytes) = (unsafe { stream::rest(state) }) else {
            return kInvalidArgument;
        };
        let Some(bytes) = saved::recovered(bytes) else {
            return kResultFalse;
        };
        let Some(readable) = ComWrapper::new(stream::Bytes::new(bytes)).to_com_ptr::<IBStream>() else {
            return kResultFalse;
        };
        // SAFETY: a stream of our own.
        let result = unsafe { IComponentTrait::setState(&self.inner, readable.as_ptr()) };
        if result == kResultOk {
            self.tell_values();
        }
        result
    }
}

impl IEditControllerTrait for Door {
    passed_on! { IEditControllerTrait:
        fn setState(state: *mut IBStream) -> tresult;
        fn getState(state: *mut IBStream) -> tresult;
        fn getParameterCount() -> int32;
        fn getParameterInfo(index: int32, info: *mut ParameterInfo) -> tresult;
        fn getParamStringByValue(id: ParamID, normalized: ParamValue, text: *mut String128) -> tresult;
        fn getParamValueByString(id: ParamID, text: *mut TChar, normalized: *mut ParamValue) -> tresult;
        fn normalizedParamToPlain(id: ParamID, normalized: ParamValue) -> ParamValue;
        fn plainParamToNormalized(id: ParamID, plain: ParamValue) -> ParamValue;
        fn getParamNormalized(id: ParamID) -> ParamValue;
        fn setParamNormalized(id: ParamID, normalized: ParamValue) -> tresult;
    }

    unsafe fn setComponentState(&self, state: *mut IBStream) -> tresult {
        // SAFETY: passed on as it came.
        let result = unsafe { IEditControllerTrait::setComponentState(&self.inner, state) };
        // Component and controller are one here, so the values are there; the host's copies may not be.
        self.tell_values();
        result
    }

    unsafe fn setComponentHandler(&self, handler: *mut IComponentHandler) -> tresult {
        // SAFETY: the host's handler, or null.
        *self.handler.lock() = unsafe { ComRef::from_raw(handler) }.map(|handler| handler.to_com_ptr());
        // SAFETY: passed on as it came.
        unsafe { IEditControllerTrait::setComponentHandler(&self.inner, handler) }
    }

    unsafe fn createView(&self, name: FIDString) -> *mut IPlugView {
        // SAFETY: passed on as it came.
        let view = unsafe { IEditControllerTrait::createView(&self.inner, name) };
        // SAFETY: what was made for the host is ours to give on.
        match (unsafe { ComPtr::from_raw(view) }, &self.keys) {
            (Some(inner), Some(keys)) => {
                View::around(inner, keys.clone()).map_or(std::ptr::null_mut(), ComPtr::into_raw)
            }
            (inner, _) => inner.map_or(std::ptr::null_mut(), ComPtr::into_raw),
        }
    }
}

impl IAudioProcessorTrait for Door {
    passed_on! { IAudioProcessorTrait:
        fn setBusArrangements(inputs: *mut SpeakerArrangement, ins: int32, outputs: *mut SpeakerArrangement,
            outs: int32) -> tresult;
        fn getBusArrangement(direction: BusDirection, index: int32, speakers: *mut SpeakerArrangement) -> tresult;
        fn canProcessSampleSize(size: int32) -> tresult;
        fn getLatencySamples() -> uint32;
        fn setupProcessing(setup: *mut ProcessSetup) -> tresult;
        fn setProcessing(state: TBool) -> tresult;
        fn process(data: *mut ProcessData) -> tresult;
        fn getTailSamples() -> uint32;
    }
}

impl IMidiMappingTrait for Door {
    passed_on! { IMidiMappingTrait:
        fn getMidiControllerAssignment(bus: int32, channel: int16, number: CtrlNumber, id: *mut ParamID) -> tresult;
    }
}

impl INoteExpressionControllerTrait for Door {
    passed_on! { INoteExpressionControllerTrait:
        fn getNoteExpressionCount(bus: int32, channel: int16) -> int32;
        fn getNoteExpressionInfo(bus: int32, channel: int16, index: int32, info: *mut NoteExpressionTypeInfo)
            -> tresult;
        fn getNoteExpressionStringByValue(bus: int32, channel: int16, id: NoteExpressionTypeID,
            normalized: NoteExpressionValue, text: *mut String128) -> tresult;
        fn getNoteExpressionValueByString(bus: int32, channel: int16, id: NoteExpressionTypeID, text: *const TChar,
            normalized: *mut NoteExpressionValue) -> tresult;
    }
}

impl IProcessContextRequirementsTrait for Door {
    passed_on! { IProcessContextRequirementsTrait:
        fn getProcessContextRequirements() -> uint32;
    }
}

impl IUnitInfoTrait for Door {
    passed_on! { IUnitInfoTrait:
        fn getUnitCount() -> int32;
        fn getUnitInfo(index: int32, info: *mut UnitInfo) -> tresult;
        fn getProgramListCount() -> int32;
        fn getProgramListInfo(index: int32, info: *mut ProgramListInfo) -> tresult;
        fn getProgramName(list: ProgramListID, index: int32, name: *mut String128) -> tresult;
        fn getProgramInfo(list: ProgramListID, index: int32, attribute: CString, value: *mut String128) -> tresult;
        fn hasProgramPitchNames(list: ProgramListID, index: int32) -> tresult;
        fn getProgramPitchName(list: ProgramListID, index: int32, pitch: int16, name: *mut String128) -> tresult;
        fn getSelectedUnit() -> UnitID;
        fn selectUnit(unit: UnitID) -> tresult;
        fn getUnitByBus(media: MediaType, direction: BusDirection, bus: int32, channel: int32, unit: *mut UnitID)
            -> tresult;
        fn setUnitProgramData(unit: int32, index: int32, data: *mut IBStream) -> tresult;
    }
}

impl IInfoListenerTrait for Door {
    passed_on! { IInfoListenerTrait:
        fn setChannelContextInfos(list: *mut IAttributeList) -> tresult;
    }
}

/// Makes the doors.
struct Factory;

fn info() -> &'static PluginInfo {
    static INFO: OnceLock<PluginInfo> = OnceLock::new();
    INFO.get_or_init(PluginInfo::for_plugin::<Phosphene>)
}

/// Writes what the host asks for, if it may have it.
///
/// # Safety
/// `to` is null or the host's to write to.
unsafe fn give<T>(index: int32, to: *mut T, make: impl FnOnce() -> T) -> tresult {
    if index != 0 || to.is_null() {
        return kInvalidArgument;
    }
    // SAFETY: not null, and as the caller says.
    unsafe { to.write(make()) };
    kResultOk
}

impl Class for Factory {
    type Interfaces = (IPluginFactory, IPluginFactory2, IPluginFactory3);
}

impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, to: *mut PFactoryInfo) -> tresult {
        // SAFETY: the host's pointer.
        unsafe { give(0, to, || info().create_factory_info()) }
    }

    unsafe fn countClasses(&self) -> int32 {
        1
    }

    unsafe fn getClassInfo(&self, index: int32, to: *mut PClassInfo) -> tresult {
        // SAFETY: the host's pointer.
        unsafe { give(index, to, || info().create_class_info()) }
    }

    unsafe fn createInstance(&self, class: FIDString, interface: FIDString, object: *mut *mut c_void) -> tresult {
        if class.is_null() || interface.is_null() || object.is_null() {
            return kInvalidArgument;
        }
        // SAFETY: class ids have 16 bytes.
        if unsafe { &*class.cast::<[u8; 16]>() } != info().cid {
            return kInvalidArgument;
        }
        let door = ComWrapper::new(Door::new());
        let Some(unknown) = door.as_com_ref::<FUnknown>() else {
            return kResultFalse;
        };
        let unknown = unknown.as_ptr();
        // SAFETY: the object lives through the call; what is asked for counts its own reference.
        unsafe { ((*(*unknown).vtbl).queryInterface)(unknown, interface.cast::<TUID>(), object) }
    }
}

impl IPluginFactory2Trait for Factory {
    unsafe fn getClassInfo2(&self, index: int32, to: *mut PClassInfo2) -> tresult {
        // SAFETY: the host's pointer.
        unsafe { give(index, to, || info().create_class_info_2()) }
    }
}

impl IPluginFactory3Trait for Factory {
    unsafe fn getClassInfoUnicode(&self, index: int32, to: *mut PClassInfoW) -> tresult {
        // SAFETY: the host's pointer.
        unsafe { give(index, to, || info().create_class_info_unicode()) }
    }

    unsafe fn setHostContext(&self, _: *mut FUnknown) -> tresult {
        kResultOk
    }
}

/// VST3's entry: a factory, with a reference for the host.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut c_void {
    let factory = ComWrapper::new(Factory).to_com_ptr::<IPluginFactory>();
    factory.map_or(std::ptr::null_mut(), |factory| factory.into_raw().cast())
}

/// The module was loaded. Linux.
#[cfg(all(unix, not(target_os = "macos")))]
#[unsafe(no_mangle)]
pub extern "C" fn ModuleEntry(_: *mut c_void) -> bool {
    setup_logger::<Phosphene>();
    true
}

/// The module is about to be unloaded. Linux.
#[cfg(all(unix, not(target_os = "macos")))]
#[unsafe(no_mangle)]
pub extern "C" fn ModuleExit() -> bool {
    true
}

/// The module was loaded. macOS.
#[cfg(target_os = "macos")]
#[unsafe(no_mangle)]
pub extern "C" fn bundleEntry(_: *mut c_void) -> bool {
    setup_logger::<Phosphene>();
    true
}

/// The module is about to be unloaded. macOS.
#[cfg(target_os = "macos")]
#[unsafe(no_mangle)]
pub extern "C" fn bundleExit() -> bool {
    true
}

/// The module was loaded. Windows.
#[cfg(target_os = "windows")]
#[unsafe(no_mangle)]
pub extern "system" fn InitDll() -> bool {
    setup_logger::<Phosphene>();
    true
}

/// The module is about to be unloaded. Windows.
#[cfg(target_os = "windows")]
#[unsafe(no_mangle)]
pub extern "system" fn ExitDll() -> bool {
    true
}
