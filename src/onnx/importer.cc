/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onnx/importer.h"

#include <exception>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>

struct mien_importer {
    cv::dnn::Net net;
    cv::Mat output;
};

static int tell_nobody(int, const char *, const char *, const char *, int, void *)
{
    return 0;
}

/* OpenCV's messages have several lines, each after a mark. */
static std::string one_line(const std::string &text)
{
    std::string line;
    for (char c : text) {
        bool blank = static_cast<unsigned char>(c) <= ' ' || c == 0x7f || c == '>';
        if (!blank)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    while (!line.empty() && line.back() == ' ')
        line.pop_back();
    return line;
}

/* The importer writes "Node [Operator@domain]:(name) parse error: ..."; the rest is about its own source. */
static std::string operator_in(const std::string &text)
{
    const std::string before = "Node [";
    size_t start = text.find(before);
    if (start == std::string::npos)
        return "";
    start += before.size();
    return text.substr(start, text.find_first_of("@]", start) - start);
}

static mien_status failed(mien_error *error, const std::exception &problem)
{
    auto own = dynamic_cast<const cv::Exception *>(&problem);
    if (dynamic_cast<const std::bad_alloc *>(&problem) || (own && own->code == cv::Error::StsNoMem))
        return mien_fail(error, MIEN_ERR_MODEL,
                         "OpenCV had not enough memory for this network; is the file "
                         "damaged?");
    const std::string text = one_line(own ? own->err : problem.what()), name = operator_in(text);
    if (!name.empty())
        return mien_fail(error, MIEN_ERR_MODEL, "OpenCV %s cannot run the operator %.64s as it is used here",
                         CV_VERSION, name.c_str());
    return mien_fail(error, MIEN_ERR_MODEL, "OpenCV %s cannot run this network: %.300s", CV_VERSION,
                     text.c_str());
}

mien_status mien_importer_new(const char *bytes, size_t size, mien_importer **importer, mien_error *error)
{
    mien_importer *made = nullptr;
    try {
        cv::redirectError(tell_nobody);
        cv::setNumThreads(1);
        made = new mien_importer{cv::dnn::readNetFromONNX(bytes, size), cv::Mat()};
        made->net.setPreferableBackend(cv::dnn::DNN_BACKEND_OPENCV);
        made->net.setPreferableTarget(cv::dnn::DNN_TARGET_CPU);
        *importer = made;
        return MIEN_OK;
    } catch (const std::exception &problem) {
        delete made;
        return failed(error, problem);
    } catch (...) {
        delete made;
        return mien_fail(error, MIEN_ERR_MODEL, "OpenCV cannot read this network");
    }
}

void mien_importer_free(mien_importer *importer)
{
    delete importer;
}

/* OpenCV names a layer after the node that it comes from, or after the node's first output. */
static std::string layer_of(const mien_importer *importer, const mien_onnx_value *output)
{
    const std::string names[] = {std::string("onnx_node!") + output->node,
                                 std::string("onnx_node_output_0!") + output->name, output->node,
                                 output->name};
    for (const std::string &name : names)
        if (importer->net.getLayerId(name) >= 0)
            return name;
    throw std::runtime_error(std::string("it made another layer of the output ") + output->name);
}

static std::string shape_text(const cv::Mat &mat)
{
    std::string text = "(";
    for (int i = 0; i < mat.dims; i++)
        text += (i ? ", " : "") + std::to_string(mat.size[i]);
    return text + ")";
}

mien_status mien_importer_run(mien_importer *importer, float *input, int rank, const int *size,
                              const mien_onnx_value *output, const float **values, size_t *width,
                              mien_error *error)
{
    try {
        importer->net.setInput(cv::Mat(rank, size, CV_32F, input));
        cv::Mat raw = output ? importer->net.forward(layer_of(importer, output)) : importer->net.forward();
        raw.convertTo(importer->output, CV_32F);
        const size_t rows = static_cast<size_t>(size[0]), total = importer->output.total();
        const bool apart = rows == 1 || (importer->output.dims > 0 && importer->output.size[0] == size[0]);
        if (total == 0 || !apart || total % rows != 0)
            return mien_fail(error, MIEN_ERR_DATA,
                             "the network gives %s for %d rows; its first size must be that of the rows",
                             shape_text(importer->output).c_str(), size[0]);
        *values = importer->output.ptr<float>();
        *width = total / rows;
        return MIEN_OK;
    } catch (const std::exception &problem) {
        return failed(error, problem);
    } catch (...) {
        return mien_fail(error, MIEN_ERR_MODEL, "OpenCV cannot run this network");
    }
}
