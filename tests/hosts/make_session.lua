-- Makes an Ardour session: one track with the plugin, a tempo, automation of Scene and Intensity.
-- Environment: SESSION (folder), NAME, BPM, BPM2 and BAR2 (a second tempo from that bar), SECS.
local dir, name = os.getenv ("SESSION"), os.getenv ("NAME")
local bpm = tonumber (os.getenv ("BPM"))
local bpm2, bar2 = tonumber (os.getenv ("BPM2") or "0"), tonumber (os.getenv ("BAR2") or "0")
local rate = 48000
local s = create_session (dir, name, rate)
assert (s, "no session")
local info = nil
for p in ARDOUR.LuaAPI.list_plugins ():iter () do
  if p.name == "Phosphene" then info = p end
end
assert (info, "Ardour does not find Phosphene")
local tm = Temporal.TempoMap.fetch_writable ()
tm:set_tempo (Temporal.Tempo (bpm, bpm, 4), Temporal.timepos_t (0))
local change = math.floor ((bar2 - 1) * 4 * 60 / bpm * rate + 0.5)
if bpm2 > 0 then
  tm:set_tempo (Temporal.Tempo (bpm2, bpm2, 4), Temporal.timepos_t (change))
end
Temporal.TempoMap.update (tm)
tm = nil
-- The sample at which a bar begins.
local function bar (n)
  local beats = (n - 1) * 4
  local first = (bar2 - 1) * 4
  if bpm2 > 0 and beats > first then
    return math.floor (change + (beats - first) * 60 / bpm2 * rate + 0.5)
  end
  return math.floor (beats * 60 / bpm * rate + 0.5)
end
local track = Session:new_audio_track (2, 2, nil, 1, "Song", -1, ARDOUR.TrackMode.Normal, true):front ()
local proc = ARDOUR.LuaAPI.new_plugin (Session, info.unique_id, info.type, "")
assert (not proc:isnil (), "the plugin can't be loaded")
assert (track:add_processor_by_index (proc, 0, nil, true) == 0)
local plug = proc:to_insert ():plugin (0)
local T = function (sample) return Temporal.timepos_t (math.floor (sample)) end
local function play (i)
  local control = proc:to_insert ():to_automatable ():automation_control (
    Evoral.Parameter (ARDOUR.AutomationType.PluginAutomation, 0, i), false)
  control:set_automation_state (ARDOUR.AutoState.Play)
end
for i = 0, plug:parameter_count () - 1 do
  local ok, _, list, about = pcall (ARDOUR.LuaAPI.plugin_automation, proc, i)
  if ok and about.label == "Scene" then
    local scale = (about.upper - about.lower) / 15
    for n, first in ipairs ({1, 5, 9, 13}) do
      local value = about.lower + (n - 1) * scale
      if n > 1 then list:add (T (bar (first) - 1), value - scale, false, true) end
      list:add (T (bar (first)), value, false, true)
    end
    play (i)
  elseif ok and about.label == "Intensity" then
    list:add (T (0), about.lower, false, true)
    list:add (T (20 * rate), about.upper, false, true)
    play (i)
  end
end
Session:save_state ("", false, false, false, false, false)
close_session ()
quit ()
