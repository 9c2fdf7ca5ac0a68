"""ONNX models as exporters write them, without any weights: those are declared to lie in a file that does not exist."""
import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper



class Model:
    """A graph while it grows; every method returns the name of the value that it adds."""

    def __init__(self, opset=13):
        self.opset = opset
        self.nodes, self.initializers, self.inputs = [], [], []

    def input(self, name, shape, element=TensorProto.FLOAT):
        self.inputs.append(helper.make_tensor_value_info(name, element, shape))
        return name

    def weight(self, name, shape):
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=shape, data_location=TensorProto.EXTERNAL)
        place = tensor.external_data.add()
        place.key, place.value = "location", "weights-that-are-not-there.bin"
        self.initializers.append(tensor)
        return name

    def constant(self, value, element=numpy.int64):
        name = f"constant_{len(self.initializers)}"
        self.initializers.append(numpy_helper.from_array(numpy.array(value, element), name))
        return name

    def node(self, kind, inputs, name="", outputs=1, **attributes):
        results = [f"{name or 'value'}_{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, inputs, results, name=name, **attributes))
        return results[0] if outputs == 1 else results

    def axes(self, kind, value, axes):
        """Squeeze and Unsqueeze: axes are an attribute before operator set 13."""
        if self.opset < 13:
            return self.node(kind, [value], axes=axes)
        return self.node(kind, [value, self.constant(axes)])

    def bytes(self, outputs):
        results = [helper.make_tensor_value_info(output, TensorProto.FLOAT, None) for output in outputs]
        graph = helper.make_graph(self.nodes, "graph", self.inputs, results, self.initializers)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", self.opset)])
        model.ir_version = 8
        return model.SerializeToString()

    # What networks are made of.

    def conv(self, value, name, channels, out, kernel, stride=1, padding=0, bias=True, normalized=False, relu=False):
        inputs = [value, self.weight(f"{name}.weight", [out, channels, kernel, kernel])]
        if bias and not normalized:
            inputs.append(self.weight(f"{name}.bias", [out]))
        value = self.node("Conv", inputs, name, kernel_shape=[kernel] * 2, strides=[stride] * 2, pads=[padding] * 4,
                          dilations=[1, 1], group=1)
        if normalized:
            value = self.node("BatchNormalization",
                              [value] + [self.weight(f"{name}.bn.{part}", [out])
                                         for part in ("scale", "shift", "mean", "variance")], f"{name}.bn")
        return self.node("Relu", [value], f"{name}.relu") if relu else value

    def dense(self, value, name, features, out, relu=False):
        value = self.node("Gemm", [value, self.weight(f"{name}.weight", [out, features]),
                                   self.weight(f"{name}.bias", [out])], name, transB=1)
        return self.node("Relu", [value], f"{name}.relu") if relu else value

    def token_dense(self, value, name, features, out):
        """A dense layer at each token, as exported: a product and the sum with its bias."""
        product = self.node("MatMul", [value, self.weight(f"{name}.weight", [features, out])], name)
        return self.node("Add", [self.weight(f"{name}.bias", [out]), product], f"{name}.plus")


def alexnet():
    """torchvision.models.alexnet; names as in the catalog."""
    m = Model()
    x = m.input("image", ["batch", 3, 224, 224])
    x = m.conv(x, "conv1", 3, 64, 11, stride=4, padding=2, relu=True)
    x = m.node("MaxPool", [x], "pool1", kernel_shape=[3, 3], strides=[2, 2])
    x = m.conv(x, "conv2", 64, 192, 5, padding=2, relu=True)
    x = m.node("MaxPool", [x], "pool2", kernel_shape=[3, 3], strides=[2, 2])
    x = m.conv(x, "conv3", 192, 384, 3, padding=1, relu=True)
    x = m.conv(x, "conv4", 384, 256, 3, padding=1, relu=True)
    x = m.conv(x, "conv5", 256, 256, 3, padding=1, relu=True)
    x = m.node("MaxPool", [x], "pool5", kernel_shape=[3, 3], strides=[2, 2])
    x = m.node("Flatten", [x], axis=1)
    x = m.dense(m.node("Dropout", [x]), "fc6", 9216, 4096, relu=True)
    x = m.dense(m.node("Dropout", [x]), "fc7", 4096, 4096, relu=True)
    return m.bytes([m.dense(x, "fc8", 4096, 1000)])


def resnet18():
    """torchvision.models.resnet18 as exported in training form, with its batch normalisations."""
    m = Model()
    x = m.input("image", ["batch", 3, 224, 224])
    x = m.conv(x, "conv1", 3, 64, 7, stride=2, padding=3, normalized=True, relu=True)
    x = m.node("MaxPool", [x], "maxpool", kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    before = 64
    for stage, channels in enumerate((64, 128, 256, 512), 1):
        for block in range(2):
            name = f"layer{stage}.{block}"
            stride = 2 if stage > 1 and block == 0 else 1
            y = m.conv(x, f"{name}.conv1", before, channels, 3, stride, 1, normalized=True, relu=True)
            y = m.conv(y, f"{name}.conv2", channels, channels, 3, 1, 1, normalized=True)
            if stride == 2:
                x = m.conv(x, f"{name}.downsample", before, channels, 1, 2, normalized=True)
            x = m.node("Relu", [m.node("Add", [y, x], f"{name}.add")], f"{name}.relu")
            before = channels
    x = m.node("GlobalAveragePool", [x], "avgpool")
    return m.bytes([m.dense(m.node("Flatten", [x]), "fc", 512, 1000)])


class Bert:
    """BertModel of Hugging Face as PyTorch exports it: shapes computed node by node, heads split by Reshape and
    Transpose, layer normalisation and GELU in single operations where the operator set has no name for them."""

    def __init__(self, layers=1, opset=13, tokens="tokens", mask=False, hidden=768, heads=12, feed_forward=3072):
        self.m = Model(opset)
        self.hidden, self.heads = hidden, heads
        m = self.m
        batch = "batch" if isinstance(tokens, str) else 1
        names = [m.input(name, [batch, tokens], TensorProto.INT64) for name in ("words", "positions", "types")]
        bias = self._mask(m.input("mask", [batch, tokens], TensorProto.INT64)) if mask else None
        tables = [m.node("Gather", [m.weight(f"{part}.table", [entries, hidden]), name], f"embeddings.{part}")
                  for name, (part, entries) in zip(names, (("word", 30522), ("position", 512), ("type", 2)))]
        x = m.node("Sum", tables, "embeddings.sum")
        x = self._norm(x, "embeddings.norm")
        for layer in range(layers):
            x = self._layer(x, f"layer.{layer}", bias, feed_forward)
        first = m.node("Gather", [x, m.constant(0)], "first", axis=1)
        pooled = m.node("Tanh", [m.dense(first, "pooler", hidden, hidden)])
        self.outputs = [x, pooled]

    def bytes(self):
        return self.m.bytes(self.outputs)

    def _mask(self, mask):
        m = self.m
        mask = m.node("Cast", [m.axes("Unsqueeze", mask, [1, 2])], to=TensorProto.FLOAT)
        mask = m.node("Sub", [m.constant(1, numpy.float32), mask])
        return m.node("Mul", [mask, m.constant(-10000, numpy.float32)], "mask_bias")

    def _norm(self, x, name):
        m = self.m
        scale, shift = m.weight(f"{name}.scale", [self.hidden]), m.weight(f"{name}.shift", [self.hidden])
        if m.opset >= 17:
            return m.node("LayerNormalization", [x, scale, shift], name, axis=-1)
        centred = m.node("Sub", [x, m.node("ReduceMean", [x], axes=[-1])])
        square = m.node("Pow", [centred, m.constant(2, numpy.float32)])
        variance = m.node("Add", [m.node("ReduceMean", [square], axes=[-1]), m.constant(1e-12, numpy.float32)])
        normal = m.node("Div", [centred, m.node("Sqrt", [variance])], name)
        return m.node("Add", [m.node("Mul", [normal, scale]), shift])

    def _heads(self, x, order):
        """[batch, tokens, hidden] as [batch, heads, tokens, depth] or another order, with the shape computed."""
        m = self.m
        shape = m.node("Shape", [x])
        sizes = [m.axes("Unsqueeze", m.node("Gather", [shape, m.constant(axis)], axis=0), [0]) for axis in (0, 1)]
        sizes += [m.constant([self.heads]), m.constant([self.hidden // self.heads])]
        return m.node("Transpose", [m.node("Reshape", [x, m.node("Concat", sizes, axis=0)])], perm=order)

    def _layer(self, x, name, bias, feed_forward):
        m, hidden = self.m, self.hidden
        query, key, value = (m.token_dense(x, f"{name}.{part}", hidden, hidden) for part in ("query", "key", "value"))
        scores = m.node("MatMul", [self._heads(query, [0, 2, 1, 3]), self._heads(key, [0, 2, 3, 1])], f"{name}.scores")
        scores = m.node("Div", [scores, m.constant(8, numpy.float32)])
        if bias:
            scores = m.node("Add", [scores, bias], f"{name}.masked")
        weights = m.node("Softmax", [scores], f"{name}.softmax", axis=3)
        context = m.node("MatMul", [weights, self._heads(value, [0, 2, 1, 3])], f"{name}.context")
        context = m.node("Reshape", [m.node("Transpose", [context], perm=[0, 2, 1, 3]), m.constant([0, 0, hidden])])
        output = m.token_dense(context, f"{name}.output", hidden, hidden)
        x = self._norm(m.node("Add", [x, output], f"{name}.add1"), f"{name}.norm1")
        up = m.token_dense(x, f"{name}.up", hidden, feed_forward)
        curve = m.node("Erf", [m.node("Div", [up, m.constant(2**0.5, numpy.float32)])])
        gelu = m.node("Mul", [up, m.node("Add", [curve, m.constant(1, numpy.float32)])])
        gelu = m.node("Mul", [gelu, m.constant(0.5, numpy.float32)])
        down = m.token_dense(gelu, f"{name}.down", feed_forward, hidden)
        return self._norm(m.node("Add", [x, down], f"{name}.add2"), f"{name}.norm2")
