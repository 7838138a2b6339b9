-- SPDX-License-Identifier: GPL-3.0-or-later
-- model.onnx: small networks written here, against sums worked out here; shapes; damaged files.

local t = require "harness"
local w = require "model.onnx_writer"

local folder = t.folder()
local built = pcall(require, "mien.onnx")

local function test(name, body)
  t.test(name, function()
    if not built then t.skip("built without OpenCV's dnn") end
    body()
  end)
end

local function file_of(name, given)
  return t.write(folder .. "/" .. name .. ".onnx", type(given) == "string" and given or w.model(given))
end

local GEMM = {
  nodes = {{"Gemm", {"x", "weights", "bias"}, "y", attributes = {{"transB", 1}}}},
  weights = {w.tensor("weights", {2, 3}, {1, 0.5, -1, -2, 4, 3}), w.tensor("bias", {2}, {0.25, -1})},
  inputs = {{"x", {"n", 3}}}, outputs = {{"y", {"n", 2}}},
}

-- x times the weights of GEMM.
local function gemm(a, b, c) return a + 0.5 * b - c + 0.25, -2 * a + 4 * b + 3 * c - 1 end

-- ---- Measures and tables ----

test("MatMul and Add; a Gemm that OpenCV takes wrongly is refused", function()
  local weights = {w.tensor("weights", {2, 2}, {1, 2, 3, 5}), w.tensor("bias", {2}, {0.5, -0.5})}
  local function net_of(nodes)
    return model.onnx(file_of("square", {nodes = nodes, weights = weights, inputs = {{"x", {"n", 2}}},
      outputs = {{"y", {"n", 2}}}}))
  end
  local net = assert(net_of{{"MatMul", {"x", "weights"}, "m"}, {"Add", {"m", "bias"}, "y"}})
  local out = assert(net:run{{1, 10}, {-1, 2}})
  t.near(out.y_1[1], 31.5, 1e-5)
  t.near(out.y_2[1], 51.5, 1e-5)
  t.near(out.y_2[2], 7.5, 1e-5)
  t.fails("Gemm right only with transB = 1", "model", net_of{{"Gemm", {"x", "weights", "bias"}, "y"}})
  t.fails("Gemm right only with transB = 1", "model",
    net_of{{"Gemm", {"x", "weights", "bias"}, "y", attributes = {{"transB", 1}, {"transA", 1}}}})
end)

test("Gemm on measures, with rows refused", function()
  local net = assert(model.onnx(file_of("gemm", GEMM)))
  t.equal(tostring(net),
    "ONNX  gemm.onnx: 1 node, made by mien tests\n  input   x (n, 3)\n  output  y (n, 2)")
  local d = df.new{{"participant", {"p1", "p2", "p3"}}, {"c", {3, 1, 2}}, {"a", {1, 0 / 0, -1}},
    {"b", {2, 1, 0.5}}}
  local out, note = assert(net:run(d, {columns = {"a", "b", "c"}, progress = false}))
  t.equal(table.concat(out:names(), " "), "participant y_1 y_2")
  t.equal(note, "1 row with missing values refused, NA in the result: 2")
  for row, values in pairs{[1] = {1, 2, 3}, [3] = {-1, 0.5, 2}} do
    local first, second = gemm(table.unpack(values))
    t.near(out.y_1[row], first, 1e-5)
    t.near(out.y_2[row], second, 1e-5)
  end
  t.ok(out.y_1[2] ~= out.y_1[2])
  out = assert(net:run(d, {columns = {"a", "b", "c"}, mean = {1, 2, 3}, sd = {2, 4, 0.5}, progress = false}))
  t.near(out.y_1[1], 0.25, 1e-6)
  t.near(out.y_2[3], select(2, gemm(-1, -0.375, -2)), 1e-5)
end)

test("tables, batches and activations", function()
  local net = assert(model.onnx(file_of("gemm", GEMM)))
  local rows, flat = {}, {}
  for i = 1, 11 do
    rows[i] = {i / 4, 1 - i / 8, (i % 3) / 2}
    table.move(rows[i], 1, 3, #flat + 1, flat)
  end
  local out = assert(net:run(rows, {batch = 4, activation = "softmax", levels = {"HC", "MG"}}))
  local whole = assert(net:run(flat, {shape = {11, 3}, activation = "sigmoid"}))
  for i, row in ipairs(rows) do
    local a, b = gemm(table.unpack(row))
    t.near(out.MG[i], 1 / (1 + math.exp(a - b)), 1e-5)
    t.near(out.HC[i] + out.MG[i], 1, 1e-9)
    t.near(whole.y_1[i], 1 / (1 + math.exp(-a)), 1e-5)
  end
end)

test("a batch that the file fixes", function()
  local given = {nodes = GEMM.nodes, weights = GEMM.weights, inputs = {{"x", {2, 3}}},
    outputs = {{"y", {2, 2}}}}
  local net = assert(model.onnx(file_of("fixed", given)))
  local out = assert(net:run{{1, 2, 3}, {0, 1, 0}, {4, 4, 4}})
  t.near(out.y_2[3], select(2, gemm(4, 4, 4)), 1e-5)
  t.raises("batch must be 2", net.run, net, {{1, 2, 3}}, {batch = 3})
end)

test("one of several outputs", function()
  local net = assert(model.onnx(file_of("two", {
    nodes = {GEMM.nodes[1], {"Relu", {"y"}, "z"}, {"Neg", {"y"}, "u"}}, weights = GEMM.weights,
    inputs = GEMM.inputs, outputs = {{"z", {"n", 2}}, {"u", {"n", 2}}},
  })))
  local first, second = gemm(1, -1, 2)
  local u = assert(net:run({{1, -1, 2}}, {output = "u"}))
  t.near(u.u_1[1], -first, 1e-5)
  t.near(u.u_2[1], -second, 1e-5)
  t.near(assert(net:run{{1, -1, 2}}).z_1[1], math.max(0, first), 1e-5)
  t.raises('no output "w"', net.run, net, {{1, -1, 2}}, {output = "w"})
end)

-- ---- Convolutions ----

test("a 2D convolution", function()
  local kernel = {1, 0, -1, 2, 0.5, -2, 1, 0, -1}
  local net = assert(model.onnx(file_of("conv2d", {
    nodes = {{"Conv", {"x", "k"}, "y", attributes = {{"kernel_shape", {3, 3}}}}},
    weights = {w.tensor("k", {1, 1, 3, 3}, kernel)},
    inputs = {{"x", {"n", 1, "h", "w"}}}, outputs = {{"y", {"n", 1, "h", "w"}}},
  })))
  local image = {}
  for y = 1, 4 do
    image[y] = {}
    for x = 1, 5 do image[y][x] = (x * x + 3 * y * x) % 7 end
  end
  local out, place = assert(net:run{{image}}), 0
  for y = 0, 1 do
    for x = 0, 2 do
      local sum = 0
      for i = 0, 8 do sum = sum + kernel[i + 1] * image[y + i // 3 + 1][x + i % 3 + 1] end
      place = place + 1
      t.near(out["y_" .. place][1], sum, 1e-4)
    end
  end
end)

local CONV3D = {
  nodes = {
    {"Conv", {"x", "k", "b"}, "c", attributes = {{"kernel_shape", {2, 1, 2}}}},
    {"MaxPool", {"c"}, "p", attributes = {{"kernel_shape", {1, 2, 1}}, {"strides", {1, 2, 1}}}},
    {"ReduceMean", {"p"}, "y", attributes = {{"axes", {2, 3, 4}}, {"keepdims", 0}}},
  },
  weights = {w.tensor("k", {2, 1, 2, 1, 2}, {1, -1, 0.5, 2, -1, 1, 1, 1}), w.tensor("b", {2}, {0.5, -0.5})},
  inputs = {{"x", {"n", 1, 3, 4, 3}}}, outputs = {{"y", {"n", 2}}},
}

-- The same, written out: x[t][y][x], numbers of the kernel, bias.
local function conv3d(x, k, bias)
  local sum, count = 0, 0
  for frame = 1, #x - 1 do
    for pair = 1, #x[1], 2 do
      for column = 1, #x[1][1] - 1 do
        local most = -math.huge
        for y = pair, pair + 1 do
          local a, b = x[frame][y], x[frame + 1][y]
          most = math.max(most, k[1] * a[column] + k[2] * a[column + 1] + k[3] * b[column]
            + k[4] * b[column + 1] + bias)
        end
        sum, count = sum + most, count + 1
      end
    end
  end
  return sum / count
end

test("a 3D convolution, MaxPool and ReduceMean", function()
  local net = assert(model.onnx(file_of("conv3d", CONV3D)))
  local rows = {}
  for row = 1, 3 do
    local frames = {}
    for f = 1, 3 do
      frames[f] = {}
      for y = 1, 4 do
        frames[f][y] = {}
        for x = 1, 3 do frames[f][y][x] = (row * 5 + f * f * 3 + y * x * 2) % 11 - 4 end
      end
    end
    rows[row] = {frames}
  end
  local out = assert(net:run(rows, {batch = 2}))
  for row = 1, 3 do
    t.near(out.y_1[row], conv3d(rows[row][1], {1, -1, 0.5, 2}, 0.5), 1e-5)
    t.near(out.y_2[row], conv3d(rows[row][1], {-1, 1, 1, 1}, -0.5), 1e-5)
  end
  t.fails("expects %(n, 1, 3, 4, 3%), given is %(n, 1, 2%)", "data", net:run{{{1, 2}}})
end)

-- ---- Clips ----

-- The mean of every picture of a clip in grey levels, and of its left half.
local function grey_means(k, clip)
  local means, halves = {}, {}
  for picture = 1, k.frames do
    local image, sum, half = k:image(clip, picture), 0, 0
    local path = folder .. "/picture.png"
    assert(image:save(path))
    local pipe = assert(io.popen("ffmpeg -v error -i " .. path .. " -f rawvideo -pix_fmt gray -"))
    local bytes = pipe:read("a")
    pipe:close()
    t.equal(#bytes, k.size * k.size)
    for i = 1, #bytes do
      sum = sum + bytes:byte(i)
      if (i - 1) % k.size < k.size / 2 then half = half + bytes:byte(i) end
    end
    means[picture], halves[picture] = sum / #bytes, half / #bytes * 2
  end
  return means, halves
end

local function mean_of(list)
  local sum = 0
  for _, value in ipairs(list) do sum = sum + value end
  return sum / #list
end

local function clips_of_drawing()
  local path = folder .. "/drawn.mp4"
  assert(sim.video(path, {task = "smile", seconds = 2, size = 128, seed = 3}))
  return assert(model.clips(path, {frames = 4, size = 16, per = 2, span = 1, progress = false}))
end

test("clips in several layouts", function()
  local k = clips_of_drawing()
  local function mean_net(name, sizes, axes)
    return assert(model.onnx(file_of(name, {
      nodes = {{"ReduceMean", {"x"}, "y", attributes = {{"axes", axes}, {"keepdims", 0}}}},
      inputs = {{"x", sizes}}, outputs = {{"y", {"n", "k"}}},
    })))
  end
  local grey = {mean = 0, sd = 1, progress = false}
  local function with(changes)
    for name, value in pairs(grey) do changes[name] = changes[name] or value end
    return changes
  end
  local volume = mean_net("volume", {"n", 1, 4, 16, 16}, {2, 3, 4})
  local out = assert(volume:run(k, grey))
  local apart = assert(mean_net("apart", {"n", 4, 16, 16}, {2, 3}):run(k, with{layout = "nthw"}))
  local each = assert(mean_net("each", {1, 1, 16, 16}, {2, 3}):run(k, with{}))
  local last = assert(mean_net("last", {"n", 4, 16, 16, 3}, {2, 3}):run(k, with{layout = "nthwc", sd = 2}))
  for clip = 1, #k do
    local means = grey_means(k, clip)
    t.near(out.y[clip], mean_of(means), 0.01)
    t.near(each.y[clip], mean_of(means), 0.01)
    for picture = 1, 4 do
      t.near(apart["y_" .. picture][clip], means[picture], 0.01)
      for c = 1, 3 do t.near(last["y_" .. (picture - 1) * 3 + c][clip], means[picture] / 2, 0.01) end
    end
  end
  t.equal(out.start[1], k:df().start[1])
  -- Standardised by itself, a clip's mean is 0.
  t.near(assert(volume:run(k, {progress = false})).y[1], 0, 1e-4)
  t.fails('expects %(n, 1, 4, 16, 16%), given is %(n, 4, 1, 16, 16%) %(layout "ntchw"%)', "data",
    volume:run(k, {layout = "ntchw"}))
  t.raises("layout must name every axis", volume.run, volume, k, {layout = "nchh"})
  t.raises("channels must be 1 %(luma%)", function() volume:run(k, {channels = 4}) end)
end)

-- ---- What cannot be ----

test("wrong use is told", function()
  local net = assert(model.onnx(file_of("gemm", GEMM)))
  local d = df.new{{"a", {1}}, {"b", {2}}, {"fissure", {9}}, {"name", {"x"}}}
  t.raises("name of a file", model.onnx, 3)
  t.raises("columns must be the list", net.run, net, d)
  t.raises('no column "fissur"; did you mean "fissure"', net.run, net, d, {columns = {"fissur"}})
  t.raises('column "name" has text', net.run, net, d, {columns = {"name"}})
  t.raises("of one shape", net.run, net, {{1, 2, 3}, {1, 2}})
  t.raises("missing values cannot be run", net.run, net, {{1, 2, 0 / 0}})
  t.raises("needs shape", net.run, net, {1, 2, 3})
  t.raises("shape %(2, 3%) does not hold 3 numbers", net.run, net, {1, 2, 3}, {shape = {2, 3}})
  t.raises("mean and sd together", net.run, net, {{1, 2, 3}}, {mean = 1})
  t.raises("levels names 3 levels", net.run, net, {{1, 2, 3}}, {levels = {"a", "b", "c"}})
  t.raises('did you mean "levels"', net.run, net, {{1, 2, 3}}, {level = {"a", "b"}})
  t.fails("expects %(n, 3%), given is %(n, 2%)", "data", net:run(d, {columns = {"a", "b"}}))
end)

test("files that are not for us", function()
  t.fails("no such file", "missing", model.onnx(folder .. "/none.onnx"))
  t.fails("is empty", "format", model.onnx(file_of("empty", "")))
  t.fails("not an ONNX file", "format", model.onnx(file_of("text", "participant,group\np1,MG\n")))
  local outside = w.number(1, 6) .. w.number(2, 1) .. w.bytes(8, "weights") .. w.number(14, 1)
    .. w.bytes(13, w.bytes(1, "location") .. w.bytes(2, "/etc/passwd"))
  local function gemm_with(weights, inputs)
    return {nodes = GEMM.nodes, weights = {weights, GEMM.weights[2]}, inputs = inputs or GEMM.inputs,
      outputs = GEMM.outputs}
  end
  t.fails("weights are in another file", "data", model.onnx(file_of("outside", gemm_with(outside))))
  t.fails("do not fill their shape", "format",
    model.onnx(file_of("huge", gemm_with(w.tensor("weights", {1 << 40, 1 << 40}, {1})))))
  t.fails("do not fill their shape", "format",
    model.onnx(file_of("short", gemm_with(w.tensor("weights", {3, 2}, {1, 2, 3})))))
  t.fails("2 inputs", "data",
    model.onnx(file_of("inputs", gemm_with(GEMM.weights[1], {{"x", {"n", 3}}, {"z", {"n", 3}}}))))
  local unknown = {nodes = {{"NoSuchOperator", {"x"}, "y"}}, inputs = GEMM.inputs, outputs = GEMM.outputs}
  local _, message = model.onnx(file_of("unknown", unknown))
  t.match(message, "NoSuchOperator")
  t.ok(not message:find("\n"))
end)

-- Runs the script in a mien of its own and gives its last line.
local function last_line(script)
  local path = t.write(folder .. "/apart.lua", script)
  local pipe = assert(io.popen("timeout 300 '" .. t.program .. "' --no-init '" .. path .. "' 2>&1"))
  local text = pipe:read("a")
  local ok = pipe:close()
  return text:match("([^\n]*)\n$"), ok
end

test("every byte damaged: an error or a result, never a crash", function()
  local whole = w.model(CONV3D)
  local line, ok = last_line(string.format([[
local whole, path, row, results, errors = %q, %q, {}, 0, 0
for i = 1, 36 do row[i] = i %% 5 end
for place = 1, #whole do
  local flip = place %% 3 == 0 and 0xff or place %% 3 == 1 and 0x80 or 0x01
  local file = assert(io.open(path, "wb"))
  file:write(whole:sub(1, place - 1), string.char(whole:byte(place) ~ flip), whole:sub(place + 1))
  file:close()
  local net, message = model.onnx(path)
  local out
  if net then out, message = net:run(row, {shape = {1, 1, 3, 4, 3}}) end
  assert(out or type(message) == "string" and not message:find("\n"))
  if out then results = results + 1 else errors = errors + 1 end
end
print("done", results, errors, #whole)
]], whole, folder .. "/damaged.onnx"))
  t.ok(ok, line)
  local results, errors, count = line:match("^done\t(%d+)\t(%d+)\t(%d+)$")
  t.ok(results, line)
  t.equal(results + errors, tonumber(count))
  t.ok(tonumber(results) > 10 and tonumber(errors) > 50, line)
end)

test("cut off anywhere: an error", function()
  local whole = w.model(GEMM)
  for length = 1, #whole - 1, 7 do
    local net, message = model.onnx(file_of("cut", whole:sub(1, length)))
    -- The version of the operators stands last; a file without it is still whole.
    if length < #whole - 4 then t.ok(not net, length) end
    if not net then t.match(message, "cut.onnx: ") end
  end
end)
